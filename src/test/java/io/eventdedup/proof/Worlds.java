package io.eventdedup.proof;

import static io.eventdedup.proof.Misfortune.ABOVE;
import static io.eventdedup.proof.Misfortune.AGAIN;
import static io.eventdedup.proof.Misfortune.DELETE;
import static io.eventdedup.proof.Misfortune.FAILURE;
import static io.eventdedup.proof.Misfortune.KILL;
import static io.eventdedup.proof.Misfortune.LETTER;
import static io.eventdedup.proof.Misfortune.LISTENER;
import static io.eventdedup.proof.Misfortune.LONG_WAIT;
import static io.eventdedup.proof.Misfortune.MEANWHILE;
import static io.eventdedup.proof.Misfortune.PARTLY;
import static io.eventdedup.proof.Misfortune.PAUSE;
import static io.eventdedup.proof.Misfortune.REFUSAL;
import static io.eventdedup.proof.Misfortune.SEND;
import static io.eventdedup.proof.Misfortune.STOP;
import static io.eventdedup.proof.Misfortune.TABLE;

import io.eventdedup.proof.Setup.Shape;
import java.util.List;

/** The worlds that are explored: each small, and together with everything that can go wrong. */
final class Worlds {

    private Worlds() {}

    /**
     * A world of which every order of steps is explored.
     *
     * @param depth how many steps, in every build
     * @param longDepth the same in the long form
     */
    record Bounded(Setup setup, int depth, int longDepth) {
        @Override
        public String toString() {
            return setup.name();
        }
    }

    static final List<Bounded> EVERY_ORDER = List.of(
            // messages of two events
            new Bounded(
                    Setup.of("one process, a message of two events", 1, "ab")
                            .with(FAILURE, SEND, REFUSAL, LETTER, DELETE, ABOVE, KILL),
                    15,
                    18),
            new Bounded(
                    Setup.of("one process, the same event twice in a message", 1, "aa")
                            .with(FAILURE, 2)
                            .with(TABLE, SEND, REFUSAL, LETTER, DELETE),
                    16,
                    20),
            new Bounded(
                    Setup.of("one process, events that always fail", 1, "AB").with(LETTER, TABLE, DELETE, KILL),
                    20,
                    24),
            new Bounded(
                    Setup.of("one process, the same event twice, which always fails", 1, "AA")
                            .with(LETTER, TABLE, DELETE, STOP),
                    22,
                    26),
            new Bounded(
                    Setup.of("one process stops in the middle of a message", 1, "aBc")
                            .with(STOP, SEND, KILL, LISTENER),
                    16,
                    20),
            // two processes
            new Bounded(
                    Setup.of("two processes, two copies", 2, "a", "a")
                            .with(KILL, 2)
                            .with(TABLE, 2)
                            .with(FAILURE, 2)
                            .with(PAUSE),
                    10,
                    12),
            new Bounded(
                    Setup.of("three processes, three copies", 3, "a", "a", "a").with(KILL, TABLE, FAILURE, PAUSE),
                    9,
                    11),
            new Bounded(
                    Setup.of("two processes, their clocks apart", 2, "a", "a")
                            .clocksApart()
                            .with(KILL, TABLE, SEND, PAUSE, AGAIN, DELETE),
                    9,
                    11),
            new Bounded(
                    Setup.of("two processes, one message comes twice at a time", 2, "aB")
                            .with(AGAIN, 2)
                            .with(KILL, LETTER, DELETE),
                    14,
                    18),
            new Bounded(
                    Setup.of("two processes, a message of two and a copy", 2, "ab", "a")
                            .with(KILL, STOP, FAILURE, SEND, DELETE),
                    11,
                    14),
            new Bounded(
                    Setup.of("an event that fails for longer than its window", 2, "A")
                            .with(LONG_WAIT, 2)
                            .with(TABLE, LETTER, KILL),
                    18,
                    24),
            // short windows
            new Bounded(
                    Setup.of("a short window, copies that come later", 2, "a", "a", "a")
                            .late(2)
                            .shortWindow()
                            .with(TABLE, DELETE, KILL),
                    12,
                    15),
            new Bounded(
                    Setup.of("a short window in groups", 1, "ab", "b", "a")
                            .workers(0, 0)
                            .late(2)
                            .inGroups()
                            .shortWindow()
                            .with(TABLE),
                    11,
                    13),
            // parallel branches, and events on other threads
            new Bounded(
                    Setup.of("a parallel branch beside the send", 1, "aB")
                            .shape(Shape.PARALLEL)
                            .with(SEND, TABLE, FAILURE, KILL, REFUSAL),
                    12,
                    15),
            new Bounded(
                    Setup.of("events handed over to other threads", 1, "ab")
                            .shape(Shape.HANDED_OVER)
                            .with(SEND, TABLE, FAILURE, KILL, STOP),
                    12,
                    15),
            // two threads of a process
            new Bounded(
                    Setup.of("two workers of a process, sends in one request", 1, "a", "b")
                            .workers(0, 0)
                            .with(PARTLY, SEND, TABLE, KILL),
                    12,
                    15),
            new Bounded(
                    Setup.of("two workers of one process and another one, three copies", 2, "a", "a", "a")
                            .workers(0, 0, 1)
                            .with(KILL, TABLE, FAILURE, PAUSE),
                    9,
                    11),
            new Bounded(
                    Setup.of("two threads of one process and another one, steps within requests", 2, "a", "a", "a")
                            .workers(0, 0, 1)
                            .with(MEANWHILE, 3)
                            .with(TABLE, FAILURE, KILL),
                    9,
                    11),
            new Bounded(
                    Setup.of("two threads of one process, steps within requests, events that fail", 1, "aB", "Ba")
                            .workers(0, 0)
                            .with(MEANWHILE, 3)
                            .with(LETTER, TABLE),
                    12,
                    15),
            // groups
            new Bounded(
                    Setup.of("groups, lost and late requests", 2, "a", "b", "b")
                            .workers(0, 0, 1)
                            .inGroups()
                            .with(TABLE, PAUSE),
                    8,
                    10),
            new Bounded(
                    Setup.of("groups, kills", 2, "a", "b", "b")
                            .workers(0, 0, 1)
                            .inGroups()
                            .with(KILL, FAILURE, PAUSE),
                    9,
                    11));

    /** Worlds with more in them, for random walks. */
    static final List<Setup> WALKS = List.of(
            everything(Setup.of("walk: two processes, messages of two", 2, "ab", "aC", "b")),
            everything(Setup.of("walk: the same event twice", 2, "aa", "BB", "ba")),
            everything(Setup.of("walk: two workers each, groups", 2, "ab", "ac", "b", "D")
                    .workers(0, 0, 1, 1)
                    .inGroups()),
            everything(Setup.of("walk: clocks apart, copies that come later", 2, "ab", "a", "bA", "b")
                    .late(2)
                    .clocksApart()),
            everything(Setup.of("walk: a short window", 2, "ab", "a", "b", "a", "b")
                    .late(3)
                    .shortWindow()),
            everything(Setup.of("walk: a short window in groups", 2, "ab", "a", "b", "a", "b")
                    .workers(0, 0, 1)
                    .late(3)
                    .inGroups()
                    .shortWindow()),
            everything(Setup.of("walk: parallel branches", 2, "aB", "bA", "a").shape(Shape.PARALLEL)),
            everything(Setup.of("walk: events on other threads", 2, "abC", "ba", "CC")
                    .shape(Shape.HANDED_OVER)),
            everything(Setup.of("walk: three processes", 3, "ab", "ba", "aC", "C")));

    private static Setup everything(Setup setup) {
        Setup all = setup;
        for (Misfortune misfortune : Misfortune.values()) {
            all = all.with(misfortune, 2);
        }
        return all;
    }
}
