package io.eventdedup.proof;

import io.eventdedup.proof.Explorer.Result;
import java.util.Optional;
import java.util.function.Consumer;

/** The long form of the exploration. */
public final class LongExploration {

    private static final int LENGTH = 200;

    private LongExploration() {}

    /**
     * Explores every world deeper, and walks longer.
     *
     * @param seed of the random walks
     * @param walks in each world
     * @param report takes a line for each exploration
     * @return the first story that breaks a property
     */
    public static Optional<String> run(long seed, int walks, Consumer<String> report) {
        for (Worlds.Bounded world : Worlds.EVERY_ORDER) {
            Result result = Explorer.everyOrder(world.setup(), world.longDepth());
            report.accept(result.toString());
            if (result.story().isPresent()) {
                return result.story().map(Story::toString);
            }
        }
        for (Setup setup : Worlds.WALKS) {
            Result result = Explorer.walks(setup, seed, walks, LENGTH);
            report.accept(result.toString());
            if (result.story().isPresent()) {
                return result.story().map(Story::toString);
            }
        }
        return Optional.empty();
    }
}
