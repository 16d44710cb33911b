package io.eventdedup.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.proof.Explorer.Result;
import io.eventdedup.proof.Worlds.Bounded;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise, explored: every order of steps up to a depth, and random walks beyond it. src/docs/proof.md says what is proven by
 * that, within which bounds.
 */
class DeliveryExplorationTest {

    private static final int WALKS = 5_000;
    private static final int LENGTH = 100;

    static List<Bounded> worlds() {
        return Worlds.EVERY_ORDER;
    }

    static Stream<Setup> walks() {
        return Worlds.WALKS.stream();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void noOrderOfStepsBreaksAPropertyIn(Bounded world) {
        Result result = Explorer.everyOrder(world.setup(), world.depth());

        System.out.println(result);
        assertThat(result.story()).isEmpty();
    }

    /** The same ones in each build, other ones in the long form; a walk that breaks a property is printed as a story. */
    @ParameterizedTest
    @MethodSource("walks")
    void noRandomWalkBreaksAPropertyIn(Setup setup) {
        long seed = Long.getLong("proof.seed", 1);
        System.out.println("proof: random walks from seed " + seed);

        Result result = Explorer.walks(setup, seed, WALKS, LENGTH);

        System.out.println(result);
        assertThat(result.story()).isEmpty();
    }
}
