package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * One line of the check.
 *
 * @param status whether it is as it should be
 * @param what what was looked at and found, in one line
 * @param fix what to do about it; empty if nothing
 */
record CheckResult(Status status, String what, String fix) {

    enum Status {
        /** As it should be. */
        GOOD("✓"),
        /** The route runs, but not as well as it could. */
        DOUBTFUL("!"),
        /** The route cannot run like this. */
        WRONG("✗");

        private final String mark;

        Status(String mark) {
            this.mark = mark;
        }
    }

    static CheckResult good(String what) {
        return new CheckResult(Status.GOOD, what, "");
    }

    static CheckResult doubtful(String what, String fix) {
        return new CheckResult(Status.DOUBTFUL, what, fix);
    }

    static CheckResult wrong(String what, String fix) {
        return new CheckResult(Status.WRONG, what, fix);
    }

    /** What a failed call says about its subject, with the fix. */
    static CheckResult failed(String subject, SdkException failure) {
        return NoCredentialsException.explained(failure) instanceof NoCredentialsException none
                ? wrong(none.getMessage(), none.fix())
                : wrong(subject + " " + AwsFailure.of(failure).problem(), AwsFailure.fix(failure));
    }

    /**
     * As {@link #failed}. A failure that passes by itself says nothing about the installation, and one for lack of credentials
     * concerns all of it: they are thrown again.
     */
    static CheckResult failedForGood(String subject, SdkException failure) {
        SdkException explained = NoCredentialsException.explained(failure);
        if (explained instanceof NoCredentialsException
                || AwsFailure.of(explained).isTemporary()) {
            throw explained;
        }
        return failed(subject, explained);
    }

    boolean isWrong() {
        return status == Status.WRONG;
    }

    /** The line without its mark. */
    String text() {
        return fix.isEmpty() ? what : what + ": " + fix;
    }

    @Override
    public String toString() {
        return status.mark + " " + text();
    }
}
