package io.eventdedup.dynamodb;

import io.eventdedup.aws.AwsFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Whether batches are worth a try. A service that does not know an operation, or forbids it, refuses the whole request, whatever is
 * in it; then calls go one by one for a while, with one warning. Thread-safe.
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

    /** False for a while after a refusal. */
    synchronized boolean mayTry() {
        return !clock.instant().isBefore(tryAgain);
    }

    /**
     * Notes a failed batch.
     *
     * @return whether it was refused as a whole, so that single calls may succeed; false for an outage or a missing table, which
     *     they would meet as well
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
                    "DynamoDB refuses {} ({}), so every claim and confirm is a request of its own, which costs more; allow the"
                            + " action, or set dedup.merge-calls=false. It is tried again every {} seconds",
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
