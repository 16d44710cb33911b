package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.event.DeadLetter;
import io.eventdedup.sqs.SqsCalls.VisibilityChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Sends dead letters back to the input queue, without their dead-letter attributes. For one run, on one thread.
 *
 * <ol>
 *   <li>A dead letter is deleted after the input queue has accepted its event, so nothing is lost. If the process dies in between, the
 *       next run sends the event again, and the route drops the second one as a duplicate.
 *   <li>Dead letters that were written after the start of the run are left; otherwise an event that fails again would go in circles.
 *   <li>Dead letters that are left stay hidden until the run ends, so that they are not received again. If the process dies, SQS makes them
 *       visible. Meanwhile, a FIFO queue holds back later dead letters of the same group.
 * </ol>
 */
public final class Redrive {

    /** With long polling, SQS asks all its servers, so an empty response means an empty queue (AWS documentation, long polling). */
    private static final Duration WAIT = Duration.ofSeconds(1);

    /** Enough to receive 120,000 messages, the most that SQS allows in flight (AWS documentation, quotas). */
    private static final Duration HIDDEN_UNTIL_THE_END = Duration.ofMinutes(10);

    private static final String NO_REASON = "none";

    /**
     * The dead letters to send back.
     *
     * @param reason only those with this {@code dedupReason}; empty: all
     * @param max the maximum number
     * @param dryRun whether they are only counted
     */
    public record Selection(Optional<String> reason, long max, boolean dryRun) {}

    /**
     * The dead letters with one reason.
     *
     * @param oldest when the oldest of them was written
     */
    public record Letters(long number, Instant oldest) {

        private Letters and(Letters more) {
            return new Letters(number + more.number, oldest.isBefore(more.oldest) ? oldest : more.oldest);
        }
    }

    private final QueueName letters;
    private final QueueName input;
    private final Selection selection;
    private final Duration visibility;
    private final Instant begin;
    private final Connections connections;

    private final Map<String, Letters> selected = new TreeMap<>();
    private final List<String> refused = new ArrayList<>();
    private final Set<String> notDeleted = new LinkedHashSet<>();

    private int stillHidden;

    /** The receipt handles of the received dead letters that are still in the queue, by message id. */
    private final Map<String, String> hidden = new LinkedHashMap<>();

    /**
     * @param visibility how long SQS hides a received dead letter, if all are sent back
     * @param begin dead letters that were written later are left
     */
    Redrive(
            Connections connections,
            QueueName letters,
            QueueName input,
            Selection selection,
            Duration visibility,
            Instant begin) {
        this.connections = connections;
        this.letters = letters;
        this.input = input;
        this.selection = selection;
        this.visibility = selection.dryRun() || selection.reason().isPresent() ? HIDDEN_UNTIL_THE_END : visibility;
        this.begin = begin;
    }

    /** The approximate number of dead letters in the queue. */
    public long waiting() {
        return call(
                "sqs:GetQueueAttributes",
                letters,
                () -> connections.calls(letters).depth(letters).visible());
    }

    /**
     * Sends the dead letters back, or counts them, until none is left.
     *
     * @param progress is called with the number so far
     * @throws CallFailedException if SQS does not respond or rejects a call; dead letters that were sent back before stay sent
     */
    public void run(LongConsumer progress) {
        try {
            while (number() < selection.max() && next()) {
                progress.accept(number());
            }
        } finally {
            makeVisible();
        }
    }

    /** Returns false if no dead letter was received that this run has not seen and that was written before it. */
    private boolean next() {
        int max = (int) Math.min(SqsCalls.MAX_BATCH, selection.max() - number());
        List<Message> received = call("sqs:ReceiveMessage", letters, () -> connections
                .calls(letters)
                .receive(
                        letters,
                        max,
                        List.of("All"),
                        List.of(MessageSystemAttributeName.SENT_TIMESTAMP, MessageSystemAttributeName.MESSAGE_GROUP_ID),
                        visibility,
                        WAIT));
        List<Message> old = received.stream()
                .filter(letter -> !hidden.containsKey(letter.messageId())
                        && !writtenAt(letter).isAfter(begin))
                .toList();
        received.forEach(letter -> hidden.put(letter.messageId(), letter.receiptHandle()));
        List<Message> wanted = old.stream()
                .filter(letter ->
                        selection.reason().map(reasonOf(letter)::equals).orElse(true))
                .toList();
        if (selection.dryRun()) {
            wanted.forEach(this::count);
        } else if (!wanted.isEmpty()) {
            sendBack(wanted);
        }
        return !old.isEmpty();
    }

    private void count(Message letter) {
        selected.merge(reasonOf(letter), new Letters(1, writtenAt(letter)), Letters::and);
    }

    private void sendBack(List<Message> wanted) {
        List<Answer<SendMessageBatchResultEntry>> answers = connections
                .sends(input)
                .sendAll(input, wanted.stream().map(this::event).toList());
        List<Message> accepted = new ArrayList<>();
        RuntimeException unavailable = null;
        for (int i = 0; i < wanted.size(); i++) {
            if (answers.get(i) instanceof Answer.Failure<SendMessageBatchResultEntry> failed) {
                if (!(failed.exception() instanceof SdkException failure)) {
                    unavailable = failed.exception();
                } else if (AwsFailure.of(failure) == AwsFailure.CONTENT) {
                    refused.add(wanted.get(i).messageId());
                } else {
                    unavailable = new CallFailedException("sqs:SendMessage", input, failure);
                }
            } else {
                accepted.add(wanted.get(i));
            }
        }
        accepted.forEach(this::count);
        delete(accepted);
        if (unavailable != null) {
            throw unavailable;
        }
    }

    private SendMessageBatchRequestEntry event(Message letter) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>(letter.messageAttributes());
        attributes.keySet().removeIf(name -> name.startsWith(DeadLetter.ATTRIBUTE_PREFIX));
        SendMessageBatchRequestEntry.Builder event = SendMessageBatchRequestEntry.builder()
                .messageBody(letter.body())
                .messageAttributes(attributes);
        if (input.isFifo()) {
            // SQS drops an event that is sent again after a crash; one that has failed again has a new dead letter
            event.messageDeduplicationId(letter.messageId())
                    .messageGroupId(letter.attributes()
                            .getOrDefault(MessageSystemAttributeName.MESSAGE_GROUP_ID, letter.messageId()));
        }
        return event.build();
    }

    private void delete(List<Message> accepted) {
        if (accepted.isEmpty()) {
            return;
        }
        accepted.forEach(letter -> notDeleted.add(letter.messageId()));
        Set<Integer> failed = call("sqs:DeleteMessage", letters, () -> connections
                        .calls(letters)
                        .delete(
                                letters,
                                accepted.stream().map(Message::receiptHandle).toList()))
                .keySet();
        for (int i = 0; i < accepted.size(); i++) {
            if (!failed.contains(i)) {
                notDeleted.remove(accepted.get(i).messageId());
                hidden.remove(accepted.get(i).messageId());
            }
        }
    }

    /** A failure here must not hide the one that ended the run; SQS makes the dead letters visible later. */
    private void makeVisible() {
        List<VisibilityChange> changes = hidden.values().stream()
                .map(handle -> new VisibilityChange(handle, Duration.ZERO))
                .toList();
        int left = changes.size();
        for (List<VisibilityChange> batch : SqsCalls.inBatches(changes)) {
            try {
                stillHidden += connections
                        .calls(letters)
                        .changeVisibility(letters, batch)
                        .size();
                left -= batch.size();
            } catch (SdkException failure) {
                stillHidden += left;
                return;
            }
        }
    }

    private static String reasonOf(Message letter) {
        MessageAttributeValue reason = letter.messageAttributes().get(DeadLetter.REASON);
        return reason == null ? NO_REASON : reason.stringValue();
    }

    private static Instant writtenAt(Message letter) {
        return Instant.ofEpochMilli(Long.parseLong(letter.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP)));
    }

    /** The dead letters that were sent back, or counted, by reason. */
    public Map<String, Letters> selected() {
        return Map.copyOf(selected);
    }

    /** The number of dead letters that were sent back, or counted. */
    public long number() {
        return selected.values().stream().mapToLong(Letters::number).sum();
    }

    /** The number of dead letters that were left, because they have another reason or were written after the start. */
    public long others() {
        return hidden.size() - refused.size() - notDeleted.size() - (selection.dryRun() ? number() : 0);
    }

    /** The problems, one line each. */
    public List<String> problems() {
        Stream<String> left = refused.stream()
                .map(id -> "Dead letter " + id + " was not sent back: queue " + input.text() + " rejects its content");
        Stream<String> twice = notDeleted.stream()
                .map(id -> "Dead letter " + id
                        + " was sent back but could not be deleted: the next redrive sends it again,"
                        + " and the route drops it as a duplicate");
        Stream<String> later = stillHidden == 0
                ? Stream.of()
                : Stream.of(stillHidden + " dead letters are still hidden; SQS makes them visible within "
                        + visibility.toSeconds() + " s");
        return Stream.of(left, twice, later).flatMap(lines -> lines).toList();
    }

    private static <T> T call(String action, QueueName queue, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException failure) {
            throw new CallFailedException(action, queue, failure);
        }
    }

    /** A call to SQS failed. The message names the action and the queue; the cause is the exception of the AWS SDK. */
    public static final class CallFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private CallFailedException(String action, QueueName queue, SdkException cause) {
            super(action + " on " + queue.text(), cause);
        }

        @Override
        public synchronized SdkException getCause() {
            return (SdkException) super.getCause();
        }
    }
}
