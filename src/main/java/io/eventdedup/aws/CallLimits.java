package io.eventdedup.aws;

import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * How long a call to AWS may take.
 *
 * @param attempt one attempt of it
 * @param call all its attempts together
 */
public record CallLimits(Duration attempt, Duration call) {

    /** So that a call that may be repeated ends well before the lease of the claim that it works for. */
    public static CallLimits within(Duration lease) {
        return new CallLimits(lease.dividedBy(8), lease.dividedBy(3));
    }

    /** These limits, or the given ones where they are shorter. */
    public CallLimits atMost(Duration longestAttempt, Duration longestCall) {
        return new CallLimits(shorter(attempt, longestAttempt), shorter(call, longestCall));
    }

    /** These limits for a call that waits at the service for so long. */
    public CallLimits plus(Duration wait) {
        return new CallLimits(attempt.plus(wait), call.plus(wait));
    }

    /** The limits as the AWS SDK takes them, with a request. */
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
