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
 * Sends dead letters back to the input queue, without the attributes that made them dead letters. For one run, on one thread.
 *
 * <ol>
 *   <li>A letter is deleted after the input queue has accepted its event, so nothing is lost. If the process dies in between, the
 *       next run sends the event once more, and the route drops the second.
 *   <li>Letters that were written after the run began are left: an event that fails again would go round for ever.
 *   <li>What is left is hidden until the run ends, so that it is not received again, and then made visible. If the process dies,
 *       SQS makes it visible. Of a FIFO queue SQS meanwhile holds back the letters of the same group.
 * </ol>
 */
public final class Redrive {

    /** SQS asks all its servers when it waits, so an empty answer means an empty queue (AWS documentation, long polling). */
    private static final Duration WAIT = Duration.ofSeconds(1);

    /** Time to receive the 120,000 letters that SQS hands out at most before one is deleted (AWS documentation, quotas). */
    private static final Duration HIDDEN_UNTIL_THE_END = Duration.ofMinutes(10);

    private static final String NO_REASON = "none";

    /**
     * Which letters.
     *
     * @param reason only those with this {@code dedupReason}; empty: all
     * @param most at most so many
     * @param dryRun they are only counted
     */
    public record Selection(Optional<String> reason, long most, boolean dryRun) {}

    /**
     * Letters with the same reason.
     *
     * @param number how many
     * @param oldest when the first of them was written
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

    /** Receipt handles of received letters that are still in the queue, by message id. */
    private final Map<String, String> hidden = new LinkedHashMap<>();

    /**
     * @param visibility how long SQS hides a received letter that is to be deleted at once
     * @param begin letters written later are left
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

    /** About how many letters are in the queue. */
    public long waiting() {
        return call(
                "sqs:GetQueueAttributes",
                letters,
                () -> connections.calls(letters).depth(letters).visible());
    }

    /**
     * Sends the letters back, or counts them, until none is left.
     *
     * @param progress hears the number so far
     * @throws CallFailedException if SQS does not answer, or refuses a call; what was done until then stands
     */
    public void run(LongConsumer progress) {
        try {
            while (number() < selection.most() && next()) {
                progress.accept(number());
            }
        } finally {
            makeVisible();
        }
    }

    /** False: no letter was received that is older than this run and new to it. */
    private boolean next() {
        int most = (int) Math.min(SqsCalls.LARGEST_BATCH, selection.most() - number());
        List<Message> received = call("sqs:ReceiveMessage", letters, () -> connections
                .calls(letters)
                .receive(
                        letters,
                        most,
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
            // one that is sent again after a crash is dropped by SQS, while one that has failed again is another letter
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

    /** A failure here must not hide the one that ended the run; the letters become visible by themselves. */
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

    /** The letters that were sent back, or counted, by reason. */
    public Map<String, Letters> selected() {
        return Map.copyOf(selected);
    }

    /** How many letters were sent back, or counted. */
    public long number() {
        return selected.values().stream().mapToLong(Letters::number).sum();
    }

    /** How many letters were met and left, since they have another reason or were written after the beginning. */
    public long others() {
        return hidden.size() - refused.size() - notDeleted.size() - (selection.dryRun() ? number() : 0);
    }

    /** What did not work, in one line each. */
    public List<String> problems() {
        Stream<String> left = refused.stream()
                .map(id -> "Letter " + id + " is left, since queue " + input.text() + " refuses its content");
        Stream<String> twice = notDeleted.stream()
                .map(id ->
                        "Letter " + id + " was sent back but could not be deleted: the next redrive sends it once more,"
                                + " and the route drops that copy");
        Stream<String> later = stillHidden == 0
                ? Stream.of()
                : Stream.of(stillHidden + " letters could not be made visible; they will be by themselves within "
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

    /** A call to SQS has failed; the message names action and queue, and the cause says why. */
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
