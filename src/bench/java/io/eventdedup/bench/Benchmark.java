package io.eventdedup.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Measures the route and its alternatives side by side, in turns, several times each, and says how fast they are, what
 * they cost, and how much of the machine they take. {@link BenchmarkOptions} says what can be set.
 */
public final class Benchmark {

    private static final Path RESULTS = Path.of("target", "bench");

    private final BenchmarkOptions options;
    private final PrintStream out;
    private final Results results = new Results();

    Benchmark(BenchmarkOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        try {
            BenchmarkOptions options = BenchmarkOptions.from(System.getProperties());
            Instant begin = Instant.now();
            if (options.distinct() > 0) {
                HeapRun.write(new HeapRun(options, System.out).run(), RESULTS);
            } else {
                Prices prices = Prices.from(System.getProperties());
                Results results = new Benchmark(options, System.out).run();
                Table.lines(results).forEach(System.out::println);
                write(results, prices, RESULTS);
            }
            System.out.println(Duration.between(begin, Instant.now()).toSeconds() + " s. More in " + RESULTS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    static void write(Results results, Prices prices, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("results.md"), Table.lines(results));
        Files.write(directory.resolve("results.csv"), Csv.lines(results));
        Files.write(directory.resolve("results.svg"), Chart.svg(results, prices));
        Files.write(directory.resolve("cost.md"), CostPage.lines(results, prices));
    }

    Results run() throws InterruptedException {
        Workload.Source source = new Workload.Source();
        Workload warmUp = new Workload("warm-up", source.events(options.warmUp()), false);
        List<Workload> all = Workload.all(source, options.events());
        List<Workload> workloads = options.scaling() ? all.subList(0, 1) : all;
        List<String> lowLoad = source.events(options.lowLoad());
        try (Stage stage = Stage.open(options)) {
            warm(stage, warmUp);
            for (int round = 1; round <= options.rounds(); round++) {
                for (int workers : options.workers()) {
                    for (Variant variant : options.variants()) {
                        try (Trial trial = new Trial(stage, options, variant, round, workers)) {
                            progress(trial.measure(warmUp));
                            for (Workload workload : workloads) {
                                Measurement measurement = trial.measure(workload);
                                results.add(measurement);
                                progress(measurement);
                            }
                            if (!lowLoad.isEmpty()) {
                                results.addLatencies(variant, trial.latencies(lowLoad));
                            }
                        }
                    }
                }
            }
        }
        return results;
    }

    /** Java compiles the emulators, too: they are to be no faster for the last variant than for the first. */
    private void warm(Stage stage, Workload warmUp) throws InterruptedException {
        for (Variant variant : options.variants()) {
            try (Trial trial =
                    new Trial(stage, options, variant, 0, options.workers().get(0))) {
                progress(trial.measure(warmUp));
            }
        }
    }

    private void progress(Measurement measurement) {
        out.printf(
                Locale.ROOT,
                "round %d, %s, %d workers, %-20s %,8.0f events/s %,8.0f µs CPU %6.2f requests per event%n",
                measurement.round(),
                measurement.variant().letter(),
                measurement.workers(),
                measurement.workload() + ":",
                measurement.eventsPerSecond(),
                measurement.cpuMicrosPerEvent(),
                measurement.requestsPerEvent());
    }
}
