package io.eventdedup.chaos;

/** How much the tests of this package do: a short form in every build, the long one under the Maven profile chaos. */
final class Form {

    private static final boolean LONG = "long".equals(System.getProperty("chaos.form"));

    private Form() {}

    static boolean isLong() {
        return LONG;
    }

    static int choose(int inShortForm, int inLongForm) {
        return LONG ? inLongForm : inShortForm;
    }
}
