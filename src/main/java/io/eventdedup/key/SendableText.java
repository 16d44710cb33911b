package io.eventdedup.key;

/**
 * Checks and writes text that SQS accepts as a message body: at least one character, and only U+0009, U+000A, U+000D, U+0020 to
 * U+D7FF, U+E000 to U+FFFD and U+10000 to U+10FFFF (AWS documentation, SendMessage).
 *
 * <p>The body of a received message is always acceptable. A text decoded from a JSON string in it may not be, because JSON can
 * write any character as an escape.
 */
final class SendableText {

    private SendableText() {}

    /** Whether SQS accepts the text. */
    static boolean isSendable(String text) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            if (!isAccepted(text.codePointAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The same JSON value with characters that SQS rejects written as escapes; in JSON they occur only in strings. */
    static String ofJson(String json) {
        if (isSendable(json)) {
            return json;
        }
        StringBuilder out = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            if (isAccepted(c)) {
                out.appendCodePoint(c);
            } else {
                escape(c, out);
            }
        });
        return out.toString();
    }

    /** The shortest SNS notification with the text as its message. */
    static String notification(String message) {
        StringBuilder out =
                new StringBuilder(message.length() + 64).append("{\"Type\":\"Notification\",\"Message\":\"");
        message.codePoints().forEach(c -> {
            switch (c) {
                case '"', '\\' -> out.append('\\').appendCodePoint(c);
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isAccepted(c)) {
                        out.appendCodePoint(c);
                    } else {
                        escape(c, out);
                    }
                }
            }
        });
        return out.append("\"}").toString();
    }

    private static void escape(int c, StringBuilder out) {
        out.append(String.format("\\u%04x", c));
    }

    private static boolean isAccepted(int c) {
        return c >= 0x20 && c <= 0xD7FF
                || c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000;
    }
}
