package io.eventdedup.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation is true to the emulators: the same stories in both, and every answer is the same. */
@ExtendWith(EmbeddedAwsExtension.class)
class TrueToEmulatorsTest {

    private static final int LENGTH = 40;
    private static final int MOST_TRIES = 5;

    /** The emulators know no groups here, and no clocks that are apart. */
    static Stream<Setup> worlds() {
        return Worlds.WALKS.stream().filter(setup -> !setup.groups() && !setup.skewed());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void everyAnswerIsTheSameIn(Setup setup, EmbeddedAws aws) {
        List<Action> steps = Explorer.walk(setup, 1, LENGTH);
        boolean compared = false;
        for (int tries = 0; tries < MOST_TRIES && !compared; tries++) {
            try (Emulators emulators = new Emulators(aws, World.PROTOCOL)) {
                Story story = Story.of(setup, steps, emulators);

                assertThat(emulators.differences()).as(story.toString()).isEmpty();
                assertThat(story.violation()).as(story.toString()).isEmpty();
                compared = emulators.answersAll();
                System.out.printf("proof: %s: %d answers compared with the emulators%n", setup, emulators.compared());
            }
        }
        assertThat(compared).as("the emulators answer in time").isTrue();
    }
}
