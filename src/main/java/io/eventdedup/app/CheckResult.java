package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * One line of the output of {@code check}.
 *
 * @param what what was checked and found, in one line
 * @param fix what to do about it; empty if nothing
 */
record CheckResult(Status status, String what, String fix) {

    enum Status {
        GOOD("✓"),
        /** The route runs, but should be configured differently. */
        DOUBTFUL("!"),
        /** The route cannot run. */
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

    /** A failed call, with what to do about it. */
    static CheckResult failed(String subject, SdkException failure) {
        return NoCredentialsException.explained(failure) instanceof NoCredentialsException none
                ? wrong(none.getMessage(), none.fix())
                : wrong(subject + " " + AwsFailure.of(failure).problem(), AwsFailure.fix(failure));
    }

    /**
     * As {@link #failed}, but rethrows temporary failures, which say nothing about the installation, and missing credentials, which
     * concern all of it.
     */
    static CheckResult failedForGood(String subject, SdkException failure) {
        SdkException explained = NoCredentialsException.explained(failure);
        if (explained instanceof NoCredentialsException
                || AwsFailure.of(explained).isTemporary()) {
            throw explained;
        }
        return failed(subject, explained);
    }

    /** The same for one of several. */
    CheckResult of(String which) {
        return new CheckResult(status, which + ": " + what, fix);
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
