package io.eventdedup.dynamodb;

/**
 * Something about a table that should be different.
 *
 * @param kind what is wrong
 * @param problem what was found, in one line
 * @param fix what to do about it, in one line
 */
public record TableFinding(Kind kind, String problem, String fix) {

    /** What can be wrong with a table. */
    public enum Kind {
        /** There is no such table in this account and region. */
        MISSING(true),
        /** The key is another than the one partition key {@code eventHash} of type S. */
        WRONG_KEY(true),
        /** The table is being created or deleted, or locked. */
        NOT_ACTIVE(true),
        /** Expired rows are not deleted, so the table grows for ever; the protocol does not need them deleted. */
        TIME_TO_LIVE_OFF(false),
        /** Another attribute than {@code expiration} decides about deletion. */
        TIME_TO_LIVE_WRONG(false),
        /** Another pipeline's keys are in the table, and begin as this one's. */
        SHARED(false),
        /** The table may be right; the permission to look is missing, and the protocol does not need it. */
        NOT_VISIBLE(false);

        private final boolean fatal;

        Kind(boolean fatal) {
            this.fatal = fatal;
        }

        /** Whether no claim could be made with this. */
        public boolean isFatal() {
            return fatal;
        }
    }

    /** Problem and fix in one line. */
    @Override
    public String toString() {
        return problem + "; " + fix;
    }
}
