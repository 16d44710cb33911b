package io.eventdedup.proof;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Size of a world, and how often each misfortune may happen in it.
 *
 * @param name for the report
 * @param messages one letter for each event: its key; a capital letter is an event whose step always fails
 * @param late how many of the messages, the last ones, are sent later
 * @param processOfWorker the process in which each worker runs
 * @param shape what the steps of the route do with an event
 * @param groups whether the claims that a process makes at the same time are a group
 * @param window how long a key is remembered
 * @param skewed whether the clock of the second process is behind by the skew
 * @param maxAttempts failures before an event is dead-lettered
 */
record Setup(
        String name,
        List<String> messages,
        int late,
        int[] processOfWorker,
        Shape shape,
        boolean groups,
        Duration window,
        boolean skewed,
        int maxAttempts,
        Map<Misfortune, Integer> misfortunes,
        Defect defect) {

    /** What the steps of a route do with an event. */
    enum Shape {
        /** A step, and then the send. */
        PLAIN,
        /** A {@code multicast} that stops on an exception: the send in one branch, a step in the other. */
        PARALLEL,
        /** A {@code seda}: the event goes on by itself, and its message waits for it. */
        HANDED_OVER
    }

    static final Duration LONG_WINDOW = Duration.ofDays(1);
    static final Duration SHORT_WINDOW = Duration.ofSeconds(5);

    /** One worker in each process, and no misfortune. */
    static Setup of(String name, int processes, String... messages) {
        int[] workers = new int[processes];
        Arrays.setAll(workers, process -> process);
        return new Setup(
                name,
                List.of(messages),
                0,
                workers,
                Shape.PLAIN,
                false,
                LONG_WINDOW,
                false,
                2,
                new EnumMap<>(Misfortune.class),
                Defect.NONE);
    }

    Setup workers(int... processes) {
        return new Setup(
                name, messages, late, processes, shape, groups, window, skewed, maxAttempts, misfortunes, defect);
    }

    /** The last messages are sent later. */
    Setup late(int number) {
        return new Setup(
                name,
                messages,
                number,
                processOfWorker,
                shape,
                groups,
                window,
                skewed,
                maxAttempts,
                misfortunes,
                defect);
    }

    Setup shape(Shape other) {
        return new Setup(
                name, messages, late, processOfWorker, other, groups, window, skewed, maxAttempts, misfortunes, defect);
    }

    Setup inGroups() {
        return new Setup(
                name, messages, late, processOfWorker, shape, true, window, skewed, maxAttempts, misfortunes, defect);
    }

    Setup shortWindow() {
        return new Setup(
                name,
                messages,
                late,
                processOfWorker,
                shape,
                groups,
                SHORT_WINDOW,
                skewed,
                maxAttempts,
                misfortunes,
                defect);
    }

    Setup clocksApart() {
        return new Setup(
                name, messages, late, processOfWorker, shape, groups, window, true, maxAttempts, misfortunes, defect);
    }

    Setup with(Misfortune misfortune, int times) {
        Map<Misfortune, Integer> more = new EnumMap<>(misfortunes);
        more.put(misfortune, times);
        return new Setup(
                name, messages, late, processOfWorker, shape, groups, window, skewed, maxAttempts, more, defect);
    }

    Setup with(Misfortune... each) {
        Setup setup = this;
        for (Misfortune misfortune : each) {
            setup = setup.with(misfortune, 1);
        }
        return setup;
    }

    Setup with(Defect seeded) {
        return new Setup(
                name, messages, late, processOfWorker, shape, groups, window, skewed, maxAttempts, misfortunes, seeded);
    }

    @Override
    public String toString() {
        return name;
    }

    int processes() {
        return Arrays.stream(processOfWorker).max().orElseThrow() + 1;
    }
}
