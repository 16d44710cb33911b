package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventdedup.proof.LongExploration;
import org.junit.jupiter.api.Test;

/** The exploration of the whole delivery, deeper than in every build; src/docs/proof.md says what it proves. */
class DeliveryProofIT {

    @Test
    void noOrderOfStepsAndNoRandomWalkBreaksAProperty() {
        assumeTrue(Form.isLong());
        long seed = Long.getLong("chaos.seed", System.currentTimeMillis());
        System.out.println("proof: random walks from seed " + seed);

        assertThat(LongExploration.run(seed, Integer.getInteger("chaos.walks", 50_000), System.out::println))
                .isEmpty();
    }
}
