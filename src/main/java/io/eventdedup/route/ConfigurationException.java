package io.eventdedup.route;

/**
 * The program cannot start with its configuration. The message is one line that says what is wrong and what to change; the operator sees
 * only this line.
 */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
