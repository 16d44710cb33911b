package io.eventdedup.chaos;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.eventdedup.app.RouteFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * Message bodies for the input queue, in the order of sending.
 *
 * @param bodies one event each, or something that is none
 */
record Load(List<String> bodies) {

    /** Stands in every event, and may stand in no log and in no attribute of a dead letter. */
    static final String CONTENT = "content-that-nobody-may-log";

    private static final Pattern EVENT = Pattern.compile("event-\\d{6}");

    /** How many messages a copy comes after its original, at most. */
    private static final int DISTANCE = 40;

    private static final int BATCH = 10;

    /**
     * Events, some of them copies of an earlier one that differ in the envelope's id.
     *
     * @param copies the share of the messages that are copies, 0 to 1
     */
    static Load of(long seed, int messages, double copies) {
        Random random = new Random(seed);
        List<String> bodies = new ArrayList<>();
        List<String> originals = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            if (!originals.isEmpty() && random.nextDouble() < copies) {
                int back = 1 + random.nextInt(Math.min(DISTANCE, originals.size()));
                bodies.add(event(originals.get(originals.size() - back), random));
            } else {
                String original = String.format(Locale.ROOT, "event-%06d", originals.size());
                originals.add(original);
                bodies.add(event(original, random));
            }
        }
        return new Load(bodies);
    }

    private static String event(String name, Random random) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return "{\"detail-type\":\"chaos\",\"id\":\"" + id + "\",\"detail\":{\"name\":\"" + name + "\",\"text\":\""
                + CONTENT + "\"}}";
    }

    /** The event that a body tells of; a body that is none stands for itself. */
    static String eventOf(String body) {
        Matcher matcher = EVENT.matcher(body);
        return matcher.find() ? matcher.group() : body;
    }

    /** All events that a request tells of. */
    static Set<String> eventsIn(String request) {
        return EVENT.matcher(request).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /** Each event with the number of messages that tell of it. */
    Map<String, Long> events() {
        return bodies.stream().map(Load::eventOf).collect(groupingBy(identity(), counting()));
    }

    /** The load in so many parts of about the same size. */
    List<Load> portions(int count) {
        int size = bodies.size();
        return IntStream.range(0, count)
                .mapToObj(i -> new Load(bodies.subList(i * size / count, (i + 1) * size / count)))
                .toList();
    }

    /** Sends everything at once. */
    void sendTo(RouteFixture route) {
        String url = route.url(route.input);
        for (int from = 0; from < bodies.size(); from += BATCH) {
            send(route, url, bodies.subList(from, Math.min(from + BATCH, bodies.size())));
        }
    }

    /** Sends each body by itself: together some would be too long for one request. */
    void sendOneByOneTo(RouteFixture route) {
        String url = route.url(route.input);
        bodies.forEach(body -> send(route, url, List.of(body)));
    }

    /** Begins to send so many messages a second; the thread ends when all are sent. */
    Thread sendSteadilyTo(RouteFixture route, int perSecond) {
        String url = route.url(route.input);
        Thread sender = new Thread(
                () -> {
                    for (int from = 0; from < bodies.size(); from += BATCH) {
                        send(route, url, bodies.subList(from, Math.min(from + BATCH, bodies.size())));
                        pause(Duration.ofMillis(1000L * BATCH / perSecond));
                    }
                },
                "load");
        sender.start();
        return sender;
    }

    private static void send(RouteFixture route, String url, List<String> batch) {
        List<SendMessageBatchRequestEntry> entries = IntStream.range(0, batch.size())
                .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                        .id(Integer.toString(i))
                        .messageBody(batch.get(i))
                        .build())
                .toList();
        route.sqs().sendMessageBatch(request -> request.queueUrl(url).entries(entries));
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
