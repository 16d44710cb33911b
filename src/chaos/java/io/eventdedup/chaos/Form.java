package io.eventdedup.chaos;

import java.time.Duration;

/** How much the tests of this package do: a short form in every build, the long one under the Maven profile chaos. */
final class Form {

    private static final boolean LONG = "long".equals(System.getProperty("chaos.form"));

    /** A route polls again so soon after what it needs has come back; the short form shares the machine with other tests. */
    static final Duration RESUMES_WITHIN = Duration.ofSeconds(choose(30, 5));

    private Form() {}

    static boolean isLong() {
        return LONG;
    }

    static int choose(int inShortForm, int inLongForm) {
        return LONG ? inLongForm : inShortForm;
    }
}
