package io.eventdedup.key;

/** A pattern over detail-types: {@code *} stands for any characters, none included; everything else for itself. */
record Glob(String text) {

    boolean matches(String type) {
        return matches(type, false);
    }

    /** Whether every text that the other pattern matches is matched by this one too. */
    boolean covers(Glob other) {
        return matches(other.text, true);
    }

    /**
     * Goes back to the last asterisk only, so the time is bounded by the product of the lengths.
     *
     * @param pattern whether the text is itself a pattern, whose asterisks only an asterisk can match
     */
    private boolean matches(String other, boolean pattern) {
        int at = 0;
        int here = 0;
        int asterisk = -1;
        int resume = 0;
        while (at < other.length()) {
            if (here < text.length() && text.charAt(here) == '*') {
                asterisk = here++;
                resume = at;
            } else if (here < text.length()
                    && text.charAt(here) == other.charAt(at)
                    && !(pattern && other.charAt(at) == '*')) {
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
