package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.World.Action;
import io.eventdedup.claim.World.Defect;
import io.eventdedup.claim.World.Setup;
import io.eventdedup.claim.World.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of events up to a depth, not a sample: workers, crashes at every step, lost requests and answers, failing work,
 * pauses longer than the lease. On every way: no message is deleted whose event was not forwarded. At the end of every way, if
 * nothing bad happens any more: every message is settled, and the event was forwarded once, or once more for each crash
 * between forward and confirm, and for each lost lease that was counted. Every claim knows how often the work failed.
 */
class ProtocolExplorationTest {

    /** A state, as the way that leads to it. */
    private record Path(Path before, Action action, int length, List<Action> next) {
        List<Action> actions() {
            List<Action> actions = new ArrayList<>();
            for (Path path = this; path.action != null; path = path.before) {
                actions.add(path.action);
            }
            Collections.reverse(actions);
            return actions;
        }
    }

    /** @param violation the shortest way to a broken property */
    private record Result(int states, long transitions, Optional<String> violation) {}

    @Test
    void twoProcessesWithTwoCopiesLoseNothingAndForwardOnce() {
        expectNoViolation(
                "2 processes, 2 copies", new Setup(new int[] {0, 1}, "aa", false, 2, 2, 2, 1, Defect.NONE), 14);
    }

    @Test
    void threeProcessesWithThreeCopiesLoseNothingAndForwardOnce() {
        expectNoViolation(
                "3 processes, 3 copies", new Setup(new int[] {0, 1, 2}, "aaa", false, 1, 1, 1, 1, Defect.NONE), 12);
    }

    @Test
    void twoWorkersInOneOfTwoProcessesLoseNothingAndForwardOnce() {
        expectNoViolation(
                "2 + 1 workers, 3 copies", new Setup(new int[] {0, 0, 1}, "aaa", false, 1, 1, 1, 1, Defect.NONE), 11);
    }

    @Test
    void twoClaimsInOneGroupWithLostAndLateRequestsLoseNothingAndForwardOnce() {
        expectNoViolation(
                "2 + 1 workers, 2 events, 3 copies, groups, faults",
                new Setup(new int[] {0, 0, 1}, "abb", true, 0, 1, 0, 1, Defect.NONE),
                9);
    }

    @Test
    void twoClaimsInOneGroupWithCrashesLoseNothingAndForwardOnce() {
        expectNoViolation(
                "2 + 1 workers, 2 events, 3 copies, groups, crashes",
                new Setup(new int[] {0, 0, 1}, "abb", true, 1, 0, 1, 1, Defect.NONE),
                9);
    }

    @Test
    void groupsOfTwoProcessesWithFailuresLoseNothingAndForwardOnce() {
        expectNoViolation(
                "2 processes, 2 copies, groups", new Setup(new int[] {0, 1}, "aa", true, 1, 1, 1, 1, Defect.NONE), 11);
    }

    @ParameterizedTest
    @CsvSource({
        "TAKE_OVER_WITHOUT_GROUP, forwarded",
        "OVERTAKING_GROUP_WRITES, forwarded",
        "GROUP_EXPIRES_FIRST, forwarded",
        "LATE_CONFIRM_IN_GROUP, forwarded",
        "LATE_ANSWER_COUNTS, forwarded"
    })
    void theSearchWithGroupsFindsWhatIsWrongWith(Defect defect, String kind) {
        expectViolation(new Setup(new int[] {0, 0, 1}, "abb", true, 0, 1, 0, 1, defect), 11, kind);
    }

    @ParameterizedTest
    @CsvSource({
        "FALSE_FOR_IN_PROGRESS, lost",
        "NO_OWNER_CHECK, forwarded",
        "RELEASE_OF_ANOTHERS_ROW, miscounted",
        "CONFIRM_BEFORE_FORWARD, lost",
        "NO_END_OF_LEASE, stuck",
        "TAKE_OVER_FORGETS_FAILURES, miscounted"
    })
    void theSameSearchFindsWhatIsWrongWith(Defect defect, String kind) {
        expectViolation(new Setup(new int[] {0, 1}, "aa", false, 2, 2, 2, 1, defect), 16, kind);
    }

    private static void expectViolation(Setup setup, int depth, String kind) {
        Result result = explore(setup, depth);

        System.out.printf(
                "exploration: %s found after %,d states: %s%n",
                setup.defect(), result.states(), result.violation().orElse("nothing"));
        assertThat(result.violation())
                .hasValueSatisfying(trace -> assertThat(trace).startsWith(kind));
    }

    private static void expectNoViolation(String name, Setup setup, int depth) {
        long start = System.nanoTime();
        Result result = explore(setup, depth);
        System.out.printf(
                "exploration: %s, depth %d: %,d states, %,d transitions, %.1f s%n",
                name, depth, result.states(), result.transitions(), (System.nanoTime() - start) / 1e9);
        assertThat(result.violation()).isEmpty();
    }

    private static Result explore(Setup setup, int depth) {
        Set<String> seen = new HashSet<>();
        Deque<Path> open = new ArrayDeque<>();
        long transitions = 0;
        World first = new World(setup);
        seen.add(first.fingerprint());
        open.add(new Path(null, null, 0, first.enabled()));
        while (!open.isEmpty()) {
            Path path = open.poll();
            for (Action action : path.next()) {
                transitions++;
                World world = replay(setup, path);
                try {
                    world.apply(action);
                    if (seen.add(world.fingerprint())) {
                        Path next = new Path(path, action, path.length() + 1, world.enabled());
                        if (next.length() < depth && !world.isSettled()) {
                            open.add(next);
                        } else {
                            world.finish();
                        }
                    }
                } catch (Violation e) {
                    String way = path.actions() + " and " + action;
                    return new Result(seen.size(), transitions, Optional.of(e.getMessage() + " after " + way));
                }
            }
        }
        return new Result(seen.size(), transitions, Optional.empty());
    }

    private static World replay(Setup setup, Path path) {
        World world = new World(setup);
        path.actions().forEach(world::apply);
        return world;
    }
}
