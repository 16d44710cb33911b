package io.eventdedup.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sends many events, all different, through one process, and looks after each portion at what is left in its heap when the
 * garbage is gone. A process that keeps nothing of what it has finished, but for the last {@code dedup.cache-size} keys,
 * stays where it was.
 */
final class HeapRun {

    private static final int PORTION = 10_000;
    private static final double MEGABYTE = 1e6;

    /**
     * What was in the heap at one moment.
     *
     * @param events that have gone through
     * @param liveBytes in use after a full collection
     */
    record Look(int events, long liveBytes) {}

    private final BenchmarkOptions options;
    private final PrintStream out;

    HeapRun(BenchmarkOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    List<Look> run() throws InterruptedException {
        List<Look> looks = new ArrayList<>();
        Workload.Source source = new Workload.Source();
        try (Stage stage = Stage.open(options)) {
            try (Trial trial =
                    new Trial(stage, options, Variant.OURS, 1, options.workers().get(0))) {
                for (int done = 0; done < options.distinct(); ) {
                    int portion = Math.min(PORTION, options.distinct() - done);
                    Measurement measurement = trial.measure(new Workload("distinct", source.events(portion), false));
                    if (measurement.forwarded() != portion) {
                        throw new IllegalStateException(
                                "%d of %d events came out".formatted(measurement.forwarded(), portion));
                    }
                    done += portion;
                    looks.add(new Look(done, trial.liveHeap()));
                    tell(looks.get(looks.size() - 1), measurement);
                }
            }
        }
        return looks;
    }

    private void tell(Look look, Measurement measurement) {
        out.printf(
                Locale.ROOT,
                "%,11d different events: %6.1f MB of heap live %,8.0f events/s %,8.0f µs CPU%n",
                look.events(),
                look.liveBytes() / MEGABYTE,
                measurement.eventsPerSecond(),
                measurement.cpuMicrosPerEvent());
    }

    static void write(List<Look> looks, Path directory) throws IOException {
        List<String> lines = new ArrayList<>(List.of("events,live_bytes"));
        looks.forEach(look -> lines.add(look.events() + "," + look.liveBytes()));
        Files.createDirectories(directory);
        Files.write(directory.resolve("heap.csv"), lines);
    }
}
