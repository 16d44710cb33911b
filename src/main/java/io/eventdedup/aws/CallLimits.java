package io.eventdedup.aws;

import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Time limits of a call to AWS.
 *
 * @param attempt limit of one attempt
 * @param call limit of all attempts together
 */
public record CallLimits(Duration attempt, Duration call) {

    /** Limits for a call that may be repeated, so that it ends well before the lease of its claim. */
    public static CallLimits within(Duration lease) {
        return new CallLimits(lease.dividedBy(8), lease.dividedBy(3));
    }

    /** These limits, or the given ones if they are shorter. */
    public CallLimits atMost(Duration longestAttempt, Duration longestCall) {
        return new CallLimits(shorter(attempt, longestAttempt), shorter(call, longestCall));
    }

    /** These limits, extended for a call that waits this long at the service (long polling). */
    public CallLimits plus(Duration wait) {
        return new CallLimits(attempt.plus(wait), call.plus(wait));
    }

    /** The limits as the AWS SDK's configuration of a request. */
    public AwsRequestOverrideConfiguration ofRequest() {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(call)
                .build();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
