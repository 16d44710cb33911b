package io.eventdedup.key;

/** The rule file cannot be used. The message is one line: the file and line, what is wrong, and what to change. */
public final class KeyRulesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KeyRulesException(String location, int line, String problem) {
        super(location + ":" + line + ": " + problem);
    }

    KeyRulesException(String location, String problem) {
        super(location + ": " + problem);
    }
}
