package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

class DeliveriesTest {

    private static final Instant NOW = Instant.parse("2026-03-10T09:00:00Z");
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final Deliveries deliveries = new Deliveries();

    @Test
    void anEventThatWasSettledBeforeItsMessageWentBackIsNotSettledAgain() {
        Delivery first = receive("m", "handle 1", NOW);
        assertThat(first.settle(0)).isTrue();
        deliveries.returned(first);

        Delivery second = receive("m", "handle 2", NOW);

        assertThat(second.settle(0)).isFalse();
        assertThat(second.settle(1)).isTrue();
    }

    @Test
    void ofAMessageThatIsDoneNothingIsRemembered() {
        Delivery first = receive("m", "handle 1", NOW);
        first.settle(0);
        deliveries.returned(first);
        receive("m", "handle 2", NOW);

        deliveries.settle("handle 2");

        assertThat(deliveries.settledEarlier("m").isEmpty()).isTrue();
    }

    @Test
    void aMessageThatCouldNotBeDeletedIsRememberedAsSettled() {
        Delivery first = receive("m", "handle 1", NOW);
        first.settle(0);

        delete(List.of(first), () -> {
            throw SdkClientException.create("away");
        });

        assertThat(receive("m", "handle 2", NOW).settle(0)).isFalse();
        assertThat(due(NOW.plusSeconds(11))).hasSize(1);
    }

    @Test
    void anEntryThatADeleteLeavesUndoneIsRememberedAsSettled() {
        Delivery deleted = receive("m1", "handle 1", NOW);
        Delivery kept = receive("m2", "handle 2", NOW);
        deleted.settle(0);
        kept.settle(0);

        delete(List.of(deleted, kept), () -> DeleteMessageBatchResponse.builder()
                .failed(BatchResultErrorEntry.builder()
                        .id("1")
                        .code("InternalError")
                        .build())
                .build());

        assertThat(deliveries.settledEarlier("m1").isEmpty()).isTrue();
        assertThat(deliveries.settledEarlier("m2").isEmpty()).isFalse();
    }

    @Test
    void whatWouldBecomeVisibleWithinTheMarginIsDueForExtension() {
        Delivery delivery = receive("m", "handle", NOW);

        assertThat(due(NOW.plusSeconds(9))).isEmpty();
        assertThat(due(NOW.plusSeconds(11))).containsExactly(delivery);
    }

    @Test
    void whatIsSettledOrReturnedIsNotExtended() {
        deliveries.returned(receive("m1", "handle 1", NOW));
        receive("m2", "handle 2", NOW);
        deliveries.settle("handle 2");

        assertThat(due(NOW.plusSeconds(11))).isEmpty();
    }

    @Test
    void nothingIsExtendedPastTheTwelveHoursOfSqs() {
        Delivery delivery = receive("m", "handle", NOW);
        Instant late = NOW.plus(Duration.ofHours(12)).minusSeconds(29);
        delivery.extendedUntil(late.plusSeconds(5));

        assertThat(due(late)).isEmpty();
        assertThat(due(late.minusSeconds(1))).containsExactly(delivery);
    }

    @Test
    void whatTheRouteHasBegunWithIsNotWaiting() {
        Delivery begun = receive("m1", "handle 1", NOW);
        Delivery waiting = receive("m2", "handle 2", NOW);
        begun.begin();

        assertThat(deliveries.waiting()).containsExactly(waiting);
    }

    /** Deletes them from a service that answers so. */
    private void delete(List<Delivery> finished, Supplier<DeleteMessageBatchResponse> answer) {
        SqsClient service = new SqsClient() {
            @Override
            public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
                return answer.get();
            }

            @Override
            public String serviceName() {
                return "sqs";
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        AwsRequestOverrideConfiguration noLimits =
                AwsRequestOverrideConfiguration.builder().build();
        try (MergedDeletes deletes = new MergedDeletes(service, deliveries, noLimits)) {
            finished.forEach(deletes::delete);
        }
    }

    private List<Delivery> due(Instant now) {
        return deliveries.dueForExtension(now, Duration.ofSeconds(20), VISIBILITY);
    }

    private Delivery receive(String messageId, String receiptHandle, Instant at) {
        Delivery delivery = new Delivery(
                "queue", messageId, receiptHandle, 1, at, at.plus(VISIBILITY), deliveries.settledEarlier(messageId));
        deliveries.add(delivery);
        return delivery;
    }
}
