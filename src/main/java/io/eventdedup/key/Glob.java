package io.eventdedup.key;

/** A pattern over detail-types: {@code *} stands for any characters, none included; everything else for itself. */
record Glob(String text) {

    /** Whether every text that the other pattern matches is matched by this one too. */
    boolean covers(Glob other) {
        // an asterisk of the other pattern stands for a character that only an asterisk of this one can match
        return matches(other.text);
    }

    /** Goes back to the last asterisk only, so the time is bounded by the product of the lengths. */
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
