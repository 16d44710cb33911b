package io.eventdedup.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The sample events, which tell of one conversation and of the people and queues around it.
 *
 * <p>The story is retold as a whole, so that its look-alikes (IDLE, busy, IDLE again; two outcomes of one session) stay
 * look-alikes in every retelling.
 */
public final class SampleStory {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ORGANISATION = "894af375-a52f-4d5a-a92d-9d9c279b1489";
    private static final Pattern ID =
            Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
    private static final Pattern ISO_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
    private static final Pattern EPOCH_MILLIS = Pattern.compile("\\b1[67]\\d{11}\\b");
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssX").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private final List<String> events;

    private SampleStory(List<String> events) {
        this.events = List.copyOf(events);
    }

    /** One text per event: of the samples that are copies of each other, the first. */
    public static SampleStory load() {
        List<String> events = new ArrayList<>();
        for (JsonNode group : resource("groups.json").get("groups")) {
            events.add(resource(group.get(0).textValue()).toString());
        }
        return new SampleStory(events);
    }

    /** The same events, told of others: fresh ids, the same one wherever the old one was the same, and a later time. */
    public List<String> retold(Random random, Duration later) {
        Map<String, String> ids = new HashMap<>(Map.of(ORGANISATION, ORGANISATION));
        return events.stream()
                .map(event ->
                        ID.matcher(event).replaceAll(id -> ids.computeIfAbsent(id.group(), old -> randomId(random))))
                .map(event -> ISO_TIME.matcher(event).replaceAll(time -> (time.group(1) == null ? SECONDS : MILLIS)
                        .format(Instant.parse(time.group()).plus(later))))
                .map(event -> EPOCH_MILLIS
                        .matcher(event)
                        .replaceAll(time -> Long.toString(Long.parseLong(time.group()) + later.toMillis())))
                .toList();
    }

    static String randomId(Random random) {
        long high = random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x4000L;
        long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private static JsonNode resource(String name) {
        try (InputStream in = SampleStory.class.getResourceAsStream("/samples/" + name)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
