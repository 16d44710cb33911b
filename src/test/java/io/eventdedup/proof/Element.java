package io.eventdedup.proof;

/** One event of one message. Compared by identity: the same event twice is two. */
final class Element {

    final Message message;
    final int place;
    private final String key;

    Element(Message message, int place, String key) {
        this.message = message;
        this.place = place;
        this.key = key;
    }

    String key() {
        return key;
    }

    /** Whether its step always fails. */
    boolean isPoison() {
        return Character.isUpperCase(key.charAt(0));
    }

    @Override
    public String toString() {
        return "event " + key + " of " + message;
    }
}
