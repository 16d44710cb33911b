package io.eventdedup.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Multiplies the sample events: the same seed gives the same messages. About three in ten are copies of an earlier
 * event, some right behind it, some much later; one in a hundred is broken; a few are arrays of all of these.
 */
final class EventGenerator {

    private static final double BROKEN = 0.01;
    private static final double ARRAYS = 0.02;
    private static final double COPIES = 0.30;
    private static final int LONGEST_ARRAY = 8;
    private static final int SHORTLY_BEFORE = 10;

    private final Random random;
    private final SampleStory story = SampleStory.load();
    private final Deque<String> untold = new ArrayDeque<>();
    private int retellings;

    private final List<String> events = new ArrayList<>();
    private final Map<String, Integer> eventOf = new HashMap<>();
    private final Map<String, String> reasonOf = new HashMap<>();
    private int copies;

    private EventGenerator(long seed) {
        random = new Random(seed);
    }

    static Workload generate(long seed, int messages) {
        EventGenerator generator = new EventGenerator(seed);
        List<Message> generated = new ArrayList<>(messages);
        while (generated.size() < messages) {
            generated.add(generator.message());
        }
        return new Workload(
                generated, Optional.of(new Expectation(generator.eventOf, generator.reasonOf, generator.copies)));
    }

    private Message message() {
        double dice = random.nextDouble();
        if (dice < BROKEN) {
            return new Message(broken(List.of(BrokenKind.values())), 1);
        }
        if (dice < BROKEN + ARRAYS) {
            return array();
        }
        if (dice < BROKEN + ARRAYS + COPIES && !events.isEmpty()) {
            CopyKind kind = oneOf(List.of(CopyKind.values()));
            return new Message(kind.body(copy(kind), random), 1);
        }
        return new Message(event(), 1);
    }

    private Message array() {
        List<String> elements = new ArrayList<>();
        int length = 2 + random.nextInt(LONGEST_ARRAY - 1);
        while (elements.size() < length) {
            elements.add(element());
        }
        String body = "[" + String.join(random.nextBoolean() ? "," : " ,\n ", elements) + "]";
        return new Message(random.nextInt(4) == 0 ? CopyKind.notification(body, random) : body, length);
    }

    private String element() {
        double dice = random.nextDouble();
        if (dice < 0.05) {
            return broken(BrokenKind.ELEMENTS);
        }
        return dice < 0.35 && !events.isEmpty() ? copy(oneOf(List.of(CopyKind.values()))) : event();
    }

    private String event() {
        String event = untold();
        eventOf.put(event, events.size());
        events.add(event);
        return event;
    }

    private String copy(CopyKind kind) {
        int event = random.nextBoolean()
                ? events.size() - 1 - random.nextInt(Math.min(events.size(), SHORTLY_BEFORE))
                : random.nextInt(events.size());
        String copy = kind.copy(events.get(event), random);
        eventOf.put(copy, event);
        copies++;
        return copy;
    }

    private String broken(List<BrokenKind> kinds) {
        BrokenKind kind = oneOf(kinds);
        String broken = kind.broken(untold(), random);
        reasonOf.put(broken, kind.reason());
        return broken;
    }

    private String untold() {
        if (untold.isEmpty()) {
            untold.addAll(story.retold(random, Duration.ofMinutes(retellings++)));
        }
        return untold.remove();
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
