package io.eventdedup.dynamodb;

/**
 * A problem with a table.
 *
 * @param kind what is wrong
 * @param problem what was found, in one line
 * @param fix what to do about it, in one line
 */
public record TableFinding(Kind kind, String problem, String fix) {

    /** What can be wrong with a table. */
    public enum Kind {
        /** The table does not exist in this account and region. */
        MISSING(true),
        /** The key is not the single partition key {@code eventHash} of type S. */
        WRONG_KEY(true),
        /** The table is being created or deleted, or is inaccessible. */
        NOT_ACTIVE(true),
        /** Expired rows are not deleted, so the table grows without end; claims still work. */
        TIME_TO_LIVE_OFF(false),
        /** Rows are deleted by another attribute than {@code expiration}. */
        TIME_TO_LIVE_WRONG(false),
        /** The table also holds keys of another pipeline, with the same prefix. */
        SHARED(false),
        /** The permission to check the table is missing. The table may be right, and claims do not need this permission. */
        NOT_VISIBLE(false);

        private final boolean fatal;

        Kind(boolean fatal) {
            this.fatal = fatal;
        }

        /** Whether claims are impossible. */
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
