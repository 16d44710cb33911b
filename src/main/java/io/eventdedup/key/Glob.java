package io.eventdedup.key;

/** A pattern for detail-types: {@code *} matches any characters, or none; every other character matches itself. */
record Glob(String text) {

    /** Whether this pattern matches every text that the other one matches. */
    boolean covers(Glob other) {
        // treats an asterisk in the other pattern as a character, which only an asterisk in this one can match
        return matches(other.text);
    }

    /** Backtracks only to the last asterisk, so the time is at most proportional to the product of the lengths. */
    boolean matches(String type) {
        int at = 0;
        int here = 0;
        int asterisk = -1;
        int resume = 0;
        while (at < type.length()) {
            if (here < text.length() && text.charAt(here) == '*') {
                asterisk = here++;
                resume = at;
            } else if (here < text.length() && text.charAt(here) == type.charAt(at)) {
                here++;
                at++;
            } else if (asterisk >= 0) {
                here = asterisk + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (here < text.length() && text.charAt(here) == '*') {
            here++;
        }
        return here == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
