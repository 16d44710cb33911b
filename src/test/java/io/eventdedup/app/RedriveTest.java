package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.sqs.BatchFaults;
import io.eventdedup.sqs.BatchFaults.Fault;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.Redrive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Dead letters back to the input queue, on real queues. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RedriveTest {

    private static final Redrive.Selection ALL = new Redrive.Selection(Optional.empty(), Long.MAX_VALUE, false);

    private final DedupSqsComponent sqs = new DedupSqsComponent();
    private RouteFixture fixture;

    @BeforeEach
    void createQueues(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        sqs.stop();
        fixture.close();
    }

    @Test
    void anEventGoesBackWithoutOurAttributesAndWithAllOthers() {
        letter(fixture.deadLetters, "event", "TOO_DEEP", Map.of("dedupKey", "k", "traceparent", "00-1-2-01"));

        Redrive redrive = redrive(ALL);
        assertThat(redrive.waiting()).isEqualTo(1);
        List<Long> progress = new ArrayList<>();
        redrive.run(progress::add);
        assertThat(progress).last().isEqualTo(1L);
        assertThat(redrive.selected()).containsOnlyKeys("TOO_DEEP");
        assertThat(redrive.problems()).isEmpty();

        Message event = fixture.drain(fixture.input).get(0);
        assertThat(event.body()).isEqualTo("event");
        assertThat(event.messageAttributes()).containsOnlyKeys("traceparent");
        assertThat(fixture.size(fixture.deadLetters)).isZero();
    }

    @Test
    void onlyTheReasonThatIsAskedForGoesBackAndTheOthersAreVisibleAgain() {
        for (int i = 0; i < 15; i++) {
            letter(fixture.deadLetters, "wanted " + i, "FORWARD_REJECTED", Map.of());
            letter(fixture.deadLetters, "other " + i, "TOO_DEEP", Map.of());
        }
        letter(fixture.deadLetters, "of somebody else", null, Map.of());

        Redrive redrive = redrive(new Redrive.Selection(Optional.of("FORWARD_REJECTED"), Long.MAX_VALUE, false));
        redrive.run(done -> {});
        assertThat(redrive.number()).isEqualTo(15);
        assertThat(redrive.others()).isEqualTo(16);

        assertThat(bodies(fixture.input)).hasSize(15).allMatch(body -> body.startsWith("wanted"));
        assertThat(bodies(fixture.deadLetters)).hasSize(16).noneMatch(body -> body.startsWith("wanted"));
    }

    @Test
    void aDryRunCountsByReasonAndLeavesEveryLetterVisible() {
        Instant before = Instant.now().minusSeconds(1);
        for (int i = 0; i < 25; i++) {
            letter(fixture.deadLetters, "letter " + i, i < 20 ? "ATTEMPTS_EXHAUSTED" : "NO_DETAIL", Map.of());
        }
        letter(fixture.deadLetters, "of somebody else", null, Map.of());

        Redrive redrive = redrive(new Redrive.Selection(Optional.empty(), Long.MAX_VALUE, true));
        redrive.run(done -> {});
        assertThat(redrive.selected().get("ATTEMPTS_EXHAUSTED").number()).isEqualTo(20);
        assertThat(redrive.selected().get("NO_DETAIL").number()).isEqualTo(5);
        assertThat(redrive.selected().get("none").number()).isEqualTo(1);
        assertThat(redrive.selected().get("NO_DETAIL").oldest()).isBetween(before, Instant.now());
        assertThat(redrive.others()).isZero();

        assertThat(bodies(fixture.deadLetters)).hasSize(26);
        assertThat(fixture.size(fixture.input)).isZero();
    }

    @Test
    void noMoreGoBackThanAreAskedFor() {
        for (int i = 0; i < 25; i++) {
            letter(fixture.deadLetters, "letter " + i, "TOO_DEEP", Map.of());
        }

        Redrive redrive = redrive(new Redrive.Selection(Optional.empty(), 12, false));
        redrive.run(done -> {});

        assertThat(bodies(fixture.input)).hasSize(12);
        assertThat(bodies(fixture.deadLetters)).hasSize(13);
    }

    @Test
    void lettersThatAreWrittenWhileItRunsAreLeft() throws InterruptedException {
        letter(fixture.deadLetters, "old", "TOO_DEEP", Map.of());
        Thread.sleep(5);
        Instant begin = Instant.now();
        Thread.sleep(5);
        letter(fixture.deadLetters, "new", "TOO_DEEP", Map.of());

        Redrive redrive = sqs.redrive(fixture.deadLetters, fixture.input, ALL, begin);
        redrive.run(done -> {});
        assertThat(redrive.others()).isEqualTo(1);

        assertThat(bodies(fixture.input)).containsExactly("old");
        assertThat(bodies(fixture.deadLetters)).containsExactly("new");
    }

    @Test
    void bothQueuesMayBeFifo() {
        String letters = fixture.deadLetters + ".fifo";
        String input = fixture.input + ".fifo";
        fixture.createQueue(letters);
        fixture.createQueue(input);
        letter(letters, "a", "TOO_DEEP", Map.of());
        letter(letters, "b", "TOO_DEEP", Map.of());
        letter(fixture.deadLetters, "c", "TOO_DEEP", Map.of());

        redriveAll(letters, input);
        redriveAll(fixture.deadLetters, input);

        List<Message> events = fixture.drain(input);
        assertThat(events).extracting(Message::body).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(events)
                .extracting(event -> event.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .contains("group-of-a", "group-of-b");
        assertThat(events)
                .extracting(event -> event.attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID))
                .doesNotContain("a", "b")
                .doesNotHaveDuplicates();
        assertThat(fixture.size(letters)).isZero();

        letter(letters, "d", "TOO_DEEP", Map.of());
        redriveAll(letters, fixture.input);
        assertThat(bodies(fixture.input)).containsExactly("d");
    }

    @Test
    void aFailedCallNamesActionAndQueue() {
        letter(fixture.deadLetters, "letter", "TOO_DEEP", Map.of());

        Redrive redrive =
                sqs.redrive(fixture.deadLetters, "none-such", ALL, Instant.now().plusSeconds(1));
        assertThatThrownBy(() -> redrive.run(done -> {}))
                .isInstanceOf(Redrive.CallFailedException.class)
                .hasMessage("sqs:SendMessage on none-such")
                .hasCauseInstanceOf(QueueDoesNotExistException.class);
        assertThat(redrive.number()).isZero();

        assertThat(bodies(fixture.deadLetters)).containsExactly("letter");
    }

    @Test
    void whatTheInputAcceptedIsDeletedThoughTheRunFails() {
        letters("a", "b", "c");
        SdkException failure =
                SqsException.builder().message("broken").statusCode(500).build();
        BatchFaults.inject(fixture.input, new Fault.LastEntryFails(), new Fault.Throws(failure));

        Redrive redrive = redrive(ALL);
        assertThatThrownBy(() -> redrive.run(done -> {}))
                .isInstanceOf(Redrive.CallFailedException.class)
                .hasMessage("sqs:SendMessage on " + fixture.input)
                .hasCause(failure);
        assertThat(redrive.number()).isEqualTo(2);
        assertThat(redrive.problems()).isEmpty();

        assertEachIsInOneOf(fixture.input, 2, fixture.deadLetters, 1);
    }

    @Test
    void aLetterThatTheAnswerOfTheInputLeavesOutIsNotDeleted() {
        letters("a", "b", "c");
        BatchFaults.inject(fixture.input, new Fault.LastEntryIsLeftOut());

        Redrive redrive = redrive(ALL);
        assertThatThrownBy(() -> redrive.run(done -> {})).isInstanceOf(Redrive.CallFailedException.class);
        assertThat(redrive.number()).isEqualTo(2);

        assertEachIsInOneOf(fixture.input, 2, fixture.deadLetters, 1);
    }

    @Test
    void aLetterWhoseDeletionIsNotAnsweredIsReported() {
        letters("a", "b", "c");
        BatchFaults.inject(fixture.deadLetters, new Fault.LastEntryIsLeftOut());

        Redrive redrive = redrive(ALL);
        redrive.run(done -> {});
        assertThat(redrive.problems()).singleElement().asString().contains("could not be deleted");

        assertThat(bodies(fixture.input)).hasSize(3);
        assertThat(bodies(fixture.deadLetters)).hasSize(1);
    }

    private void letters(String... bodies) {
        for (String body : bodies) {
            letter(fixture.deadLetters, body, "TOO_DEEP", Map.of());
        }
    }

    private void assertEachIsInOneOf(String one, int there, String other, int here) {
        List<String> inOne = bodies(one);
        List<String> inOther = bodies(other);
        assertThat(inOne).hasSize(there).doesNotContainAnyElementsOf(inOther);
        assertThat(inOther).hasSize(here);
    }

    private void redriveAll(String letters, String input) {
        Redrive redrive = sqs.redrive(letters, input, ALL, Instant.now().plusSeconds(1));
        redrive.run(done -> {});
        assertThat(redrive.problems()).isEmpty();
    }

    private Redrive redrive(Redrive.Selection selection) {
        return sqs.redrive(
                fixture.deadLetters, fixture.input, selection, Instant.now().plusSeconds(1));
    }

    private void letter(String queue, String body, String reason, Map<String, String> more) {
        Map<String, String> texts = new HashMap<>(more);
        if (reason != null) {
            texts.put("dedupReason", reason);
        }
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        texts.forEach((name, value) -> attributes.put(
                name,
                MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(value)
                        .build()));
        SendMessageRequest.Builder letter = SendMessageRequest.builder()
                .queueUrl(fixture.url(queue))
                .messageBody(body)
                .messageAttributes(attributes);
        if (queue.endsWith(".fifo")) {
            letter.messageDeduplicationId(body).messageGroupId("group-of-" + body);
        }
        fixture.sqs().sendMessage(letter.build());
    }

    private List<String> bodies(String queue) {
        return fixture.drain(queue).stream().map(Message::body).toList();
    }
}
