package io.eventdedup.proof;

import static io.eventdedup.proof.Misfortune.ABOVE;
import static io.eventdedup.proof.Misfortune.FAILURE;
import static io.eventdedup.proof.Misfortune.KILL;
import static io.eventdedup.proof.Misfortune.LETTER;
import static io.eventdedup.proof.Misfortune.LISTENER;
import static io.eventdedup.proof.Misfortune.PARTLY;
import static io.eventdedup.proof.Misfortune.PAUSE;
import static io.eventdedup.proof.Misfortune.STOP;
import static io.eventdedup.proof.Misfortune.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.proof.Setup.Shape;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to get it wrong is found, and the story of it is printed; without the defect the same search finds nothing. */
class SeededDefectsTest {

    private static final int MOST_WALKS = 20_000;
    private static final int WALKS_WITHOUT_DEFECT = 500;
    private static final int LENGTH = 60;

    /** @param kind what is wrong, as the violation says */
    record Seeded(Setup setup, String kind) {
        @Override
        public String toString() {
            return setup.defect() + " is " + kind;
        }
    }

    private static Seeded seeded(Defect defect, String kind, Setup setup) {
        return new Seeded(setup.with(defect), kind);
    }

    static Stream<Seeded> defects() {
        Setup twoOfOneProcess =
                Setup.of("two workers of a process", 1, "a", "b").workers(0, 0);
        Setup twoCopies =
                Setup.of("two processes, two copies", 2, "a", "a").with(KILL, 2).with(TABLE, FAILURE, PAUSE);
        Setup groups =
                Setup.of("groups", 2, "a", "b", "b").workers(0, 0, 1).inGroups().with(TABLE, PAUSE);
        return Stream.of(
                seeded(
                        Defect.UNBEGUN_EVENTS_ARE_FORGOTTEN,
                        "lost",
                        Setup.of("a stop", 1, "ab").with(STOP)),
                seeded(
                        Defect.FAILURE_ABOVE_THE_KEYS_IS_ONLY_LOGGED,
                        "lost",
                        Setup.of("a step above the keys", 1, "ab").with(ABOVE)),
                seeded(
                        Defect.LISTENER_DECIDES,
                        "twice",
                        Setup.of("a listener", 1, "a", "a").with(LISTENER)),
                seeded(Defect.PARTLY_FAILED_BATCH_FAILS_WHOLLY, "twice", twoOfOneProcess.with(PARTLY)),
                seeded(
                        Defect.EXHAUSTED_ROW_IS_DELETED,
                        "stuck",
                        Setup.of("events that always fail", 1, "AB").with(TABLE)),
                seeded(
                        Defect.SETTLED_EVENTS_BEGIN_AGAIN,
                        "two dead letters",
                        Setup.of("a refused letter", 1, "AB").with(LETTER)),
                seeded(
                        Defect.WAITING_BLOCKS_RENEWALS,
                        "not renewed",
                        Setup.of("an event on another thread", 1, "a").shape(Shape.HANDED_OVER)),
                seeded(
                        Defect.ENDS_WHILE_SENDING,
                        "twice",
                        Setup.of("a parallel branch", 1, "a")
                                .shape(Shape.PARALLEL)
                                .with(FAILURE)),
                seeded(
                        Defect.UNWRITTEN_CONFIRM_IS_ONLY_LOGGED,
                        "polls",
                        Setup.of("a lost confirm", 1, "a").with(TABLE)),
                seeded(
                        Defect.SHORT_WINDOW_IS_CONFIRMED_IN_GROUP,
                        "dropped",
                        Setup.of("a short window in groups", 1, "a", "b", "a")
                                .workers(0, 0)
                                .late(1)
                                .inGroups()
                                .shortWindow()),
                seeded(Defect.FALSE_FOR_IN_PROGRESS, "lost", twoCopies),
                seeded(Defect.NO_OWNER_CHECK, "twice", twoCopies),
                seeded(Defect.RELEASE_OF_ANOTHERS_ROW, "miscounted", twoCopies),
                seeded(Defect.CONFIRM_BEFORE_FORWARD, "lost", twoCopies),
                seeded(Defect.NO_END_OF_LEASE, "stuck", twoCopies),
                seeded(Defect.TAKE_OVER_FORGETS_FAILURES, "miscounted", twoCopies),
                seeded(
                        Defect.FAILURES_EXPIRE_WITH_THE_WINDOW,
                        "stuck",
                        Setup.of("an event that always fails, a short window", 1, "A")
                                .shortWindow()),
                seeded(Defect.TAKE_OVER_WITHOUT_GROUP, "twice", groups),
                seeded(Defect.OVERTAKING_GROUP_WRITES, "twice", groups),
                seeded(Defect.GROUP_EXPIRES_FIRST, "twice", groups),
                seeded(Defect.LATE_CONFIRM_IN_GROUP, "twice", groups),
                seeded(Defect.LATE_ANSWER_COUNTS, "twice", groups),
                seeded(
                        Defect.NO_CLOCK_SKEW,
                        "twice",
                        Setup.of("clocks apart, groups", 2, "a", "b", "b")
                                .workers(1, 1, 0)
                                .inGroups()
                                .clocksApart()
                                .with(PAUSE)));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aSearchFinds(Seeded seeded) {
        Explorer.Result found = Explorer.walks(seeded.setup(), 1, MOST_WALKS, LENGTH);

        System.out.printf("proof: %s, found after %,d walks%n", seeded.setup().defect(), found.transitions());
        found.story().ifPresent(System.out::println);
        assertThat(found.story())
                .hasValueSatisfying(story -> assertThat(story.kind()).isEqualTo(seeded.kind()));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void theSameSearchWithoutTheDefectFindsNothingFor(Seeded seeded) {
        assertThat(Explorer.walks(seeded.setup().with(Defect.NONE), 1, WALKS_WITHOUT_DEFECT, LENGTH)
                        .story())
                .isEmpty();
    }

    @Test
    void everyDefectIsSeeded() {
        Set<Defect> seeded = defects().map(each -> each.setup().defect()).collect(Collectors.toSet());

        assertThat(Arrays.stream(Defect.values()).filter(defect -> defect != Defect.NONE))
                .allMatch(seeded::contains);
    }
}
