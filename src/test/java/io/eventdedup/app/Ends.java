package io.eventdedup.app;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Where the events of a fixture have ended: what its output queue and its dead-letter queue have held so far. The events are
 * those of {@link #event}, and are known by their names.
 */
public final class Ends {

    /**
     * The names of events, sorted; one that was sent twice is there twice.
     *
     * @param deadLettered a dead letter that holds more than one event stands there as it is
     */
    public record Ended(List<String> forwarded, List<String> deadLettered) {}

    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]*)\"");

    private final RouteFixture fixture;
    private final List<Message> forwarded = new ArrayList<>();
    private final List<Message> deadLetters = new ArrayList<>();

    public Ends(RouteFixture fixture) {
        this.fixture = fixture;
    }

    /** An event whose type and content hold its name. */
    public static String event(String name) {
        return "{\"detail-type\":\"test." + name + "\",\"id\":\"1\",\"detail\":{\"name\":\"" + name + "\"}}";
    }

    /** The key of such an event, by the rule for all types that no other rule names. */
    public static String keyOf(String name) {
        try {
            byte[] canonical = ("{\"name\": \"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A message body with an event for each name. */
    public static String message(String... names) {
        List<String> events = new ArrayList<>();
        for (String name : names) {
            events.add(event(name));
        }
        return "[" + String.join(",", events) + "]";
    }

    /** Repeats the assertion until it holds. */
    public void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
    }

    /** Where the events have ended so far. */
    public Ended now() {
        look();
        return new Ended(names(forwarded), names(deadLetters));
    }

    /** The dead letters. */
    public List<Message> deadLetters() {
        look();
        return List.copyOf(deadLetters);
    }

    /** The forwarded messages. */
    public List<Message> forwardedMessages() {
        look();
        return List.copyOf(forwarded);
    }

    /** The reason that each dead letter gives, without repetitions. */
    public List<String> reasons() {
        look();
        return deadLetters.stream()
                .map(letter -> letter.messageAttributes().get("dedupReason").stringValue())
                .distinct()
                .toList();
    }

    private void look() {
        forwarded.addAll(fixture.drain(fixture.output));
        deadLetters.addAll(fixture.drain(fixture.deadLetters));
    }

    private static List<String> names(List<Message> messages) {
        return messages.stream().map(Message::body).map(Ends::nameIn).sorted().toList();
    }

    private static String nameIn(String body) {
        Matcher name = NAME.matcher(body);
        boolean found = name.find();
        String first = found ? name.group(1) : body;
        return found && name.find() ? body : first;
    }
}
