package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.Balance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Where every message of a load ended. Copies leave no trace of their own: one counts as a duplicate if its event was
 * forwarded.
 */
record Ledger(Load sent, List<Message> forwarded, List<Message> deadLetters, int stillQueued) {

    private static final Duration PATIENCE = Duration.ofMinutes(Form.choose(5, 30));

    /** Waits until the input queue is empty. */
    static void awaitSettled(RouteFixture route) {
        String input = route.settings().get("dedup.input-queue");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> route.size(input) == 0);
    }

    /** Waits until the input queue is empty, and takes everything out of the others. */
    static Ledger whenSettled(RouteFixture route, Load sent) {
        awaitSettled(route);
        return now(route, sent);
    }

    /** Takes everything out of the output and the dead-letter queue, as it is now. */
    static Ledger now(RouteFixture route, Load sent) {
        List<Message> letters = route.drain(route.settings().get("dedup.dead-letter-queue"));
        assertThat(letters).allSatisfy(letter -> assertThat(
                        letter.messageAttributes().toString())
                .doesNotContain(Load.CONTENT));
        return new Ledger(
                sent, route.drain(route.settings().get("dedup.output-queue")), letters, route.size(route.input));
    }

    Balance balance() {
        Set<String> out = forwardedEvents();
        long messagesOfThese = sent.events().entrySet().stream()
                .filter(event -> out.contains(event.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return new Balance(
                sent.bodies().size(), out.size(), messagesOfThese - out.size(), 0, 0, deadLetters.size(), stillQueued);
    }

    Set<String> forwardedEvents() {
        return forwarded.stream().map(message -> Load.eventOf(message.body())).collect(Collectors.toSet());
    }

    /** Events that are neither in the output nor in the dead-letter queue. */
    Set<String> missing() {
        Set<String> missing = new java.util.TreeSet<>(sent.events().keySet());
        missing.removeAll(forwardedEvents());
        deadLetters.forEach(letter -> missing.remove(Load.eventOf(letter.body())));
        return missing;
    }

    /** The shortest time between the sending of one of these messages and the next; there are at least two. */
    static Duration leastPause(List<Message> messages) {
        List<Instant> sent = sentAt(messages);
        return IntStream.range(1, sent.size())
                .mapToObj(i -> Duration.between(sent.get(i - 1), sent.get(i)))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** When SQS accepted each of these messages, in order. */
    static List<Instant> sentAt(List<Message> messages) {
        return messages.stream()
                .map(message -> message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP))
                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
                .sorted()
                .toList();
    }

    /** The messages of events that came out more than once, by event. */
    Map<String, List<Message>> forwardedTwice() {
        return forwarded.stream()
                .collect(Collectors.groupingBy(message -> Load.eventOf(message.body())))
                .entrySet()
                .stream()
                .filter(event -> event.getValue().size() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
