package io.eventdedup.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP/1.1 request or response as it is on the wire. Only what a proxy on one machine needs: it knows where the message
 * ends.
 *
 * @param head the first line and the headers, with the empty line behind them
 * @param body as it was sent; in chunks if it came in chunks
 */
record HttpMessage(String head, byte[] body) {

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern LENGTH = Pattern.compile("(?i)(\r\ncontent-length: *)\\d+");

    /** The next message, or nothing when the other side has closed the connection between two messages. */
    static Optional<HttpMessage> read(InputStream in) throws IOException {
        byte[] head = head(in);
        if (head.length == 0) {
            return Optional.empty();
        }
        HttpMessage bare = new HttpMessage(new String(head, StandardCharsets.ISO_8859_1), new byte[0]);
        if (bare.header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
            return Optional.of(bare.withBody(chunks(in)));
        }
        int length = bare.header("Content-Length").map(Integer::parseInt).orElse(0);
        return Optional.of(bare.withBody(in.readNBytes(length)));
    }

    /** A response that says the same as the service's own, in JSON. */
    static HttpMessage json(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new HttpMessage(
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + bytes.length
                        + END_OF_HEAD,
                bytes);
    }

    /** The same with another body, of whatever length. */
    HttpMessage withBody(byte[] other) {
        return new HttpMessage(LENGTH.matcher(head).replaceFirst("$1" + other.length), other);
    }

    Optional<String> header(String name) {
        String wanted = "\r\n" + name.toLowerCase(Locale.ROOT) + ":";
        int at = head.toLowerCase(Locale.ROOT).indexOf(wanted);
        if (at < 0) {
            return Optional.empty();
        }
        int begin = at + wanted.length();
        return Optional.of(head.substring(begin, head.indexOf("\r\n", begin)).trim());
    }

    /** In one piece, so that it leaves in as few packets as it can. */
    void writeTo(OutputStream out) throws IOException {
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        out.write(all);
        out.flush();
    }

    /** Up to and with the first empty line; empty if the connection ends before it begins. */
    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int matched = 0;
        while (matched < END_OF_HEAD.length()) {
            int next = in.read();
            if (next < 0) {
                if (head.size() == 0) {
                    break;
                }
                throw new EOFException("the connection ended within a message");
            }
            head.write(next);
            if (next == END_OF_HEAD.charAt(matched)) {
                matched++;
            } else {
                matched = next == END_OF_HEAD.charAt(0) ? 1 : 0;
            }
        }
        return head.toByteArray();
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        int length;
        do {
            String line = line(in);
            length = Integer.parseInt(line.trim(), 16);
            raw.write(line.getBytes(StandardCharsets.ISO_8859_1));
            raw.write(in.readNBytes(length + 2));
        } while (length > 0);
        return raw.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        do {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended within a message");
            }
            line.append((char) next);
        } while (line.charAt(line.length() - 1) != '\n');
        return line.toString();
    }
}
