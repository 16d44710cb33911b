package io.eventdedup.dynamodb;

import io.eventdedup.aws.AwsFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Whether to try batches. A service that does not support an operation, or does not allow it, rejects the whole request. Then calls are
 * sent one by one for a while, with one warning. Thread-safe.
 */
final class BatchRefusals {

    private static final Logger LOG = LoggerFactory.getLogger(BatchRefusals.class);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Clock clock;
    private boolean warned;
    private Instant tryAgain = Instant.MIN;

    BatchRefusals(Clock clock) {
        this.clock = clock;
    }

    /** False for a while after a rejection. */
    synchronized boolean mayTry() {
        return !clock.instant().isBefore(tryAgain);
    }

    /**
     * Notes a failed batch.
     *
     * @return whether it was rejected as a whole, so that single calls may succeed; false for an outage or a missing table, because of
     *     which they would fail too
     */
    boolean note(String operation, AwsServiceException failure) {
        AwsFailure kind = AwsFailure.of(failure);
        boolean refused = kind.isRefusal() && kind != AwsFailure.MISSING;
        if (refused) {
            String code = AwsFailure.code(failure);
            refused(operation, code.isEmpty() ? "HTTP " + failure.statusCode() : code);
        }
        return refused;
    }

    synchronized void refused(String operation, String reason) {
        tryAgain = clock.instant().plus(PAUSE);
        if (!warned) {
            warned = true;
            LOG.warn(
                    "DynamoDB rejects {} ({}), so every claim and confirm is sent as a separate request, which costs more;"
                            + " allow the action, or set dedup.merge-calls=false. It is tried again every {} seconds",
                    operation,
                    reason,
                    PAUSE.toSeconds());
        }
    }

    synchronized void accepted() {
        if (warned) {
            warned = false;
            LOG.info("DynamoDB accepts batches again");
        }
    }
}
