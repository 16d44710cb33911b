package io.eventdedup.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too small to measure anything; it shows that the benchmark runs, and that what it counts is right. */
class BenchmarkTest {

    private static final int EVENTS = 40;
    private static final Map<String, String> QUICK_START = Map.of("jvm", "-Xmx256m -XX:TieredStopAtLevel=1");

    @TempDir
    Path directory;

    @Test
    void itRunsFromEndToEndAndCountsRequests() throws Exception {
        Properties given = new Properties();
        given.putAll(QUICK_START);
        given.putAll(Map.of("rounds", "1", "events", "" + EVENTS, "warmup", "10", "low-load", "3", "variants", "a,d"));

        Results results =
                new Benchmark(BenchmarkOptions.from(given), new PrintStream(OutputStream.nullOutputStream())).run();
        Benchmark.write(results, Prices.from(given), directory);

        assertThat(of(results, Variant.PLAIN, Workload.ALL_NEW))
                .satisfies(plain -> assertThat(plain.forwarded()).isEqualTo(EVENTS))
                .satisfies(plain -> assertThat(plain.counts().of("SendMessage")).isEqualTo(EVENTS))
                .satisfies(
                        plain -> assertThat(plain.counts().of("DeleteMessage")).isEqualTo(EVENTS))
                .satisfies(plain ->
                        assertThat(plain.counts().of(Counts.WRITE_UNITS)).isZero());
        assertThat(of(results, Variant.OURS, Workload.ALL_NEW))
                .satisfies(ours -> assertThat(ours.forwarded()).isEqualTo(EVENTS))
                .satisfies(ours -> assertThat(ours.requestsPerEvent()).isPositive())
                .satisfies(
                        ours -> assertThat(ours.counts().of(Counts.WRITE_UNITS)).isBetween((long) EVENTS, 2L * EVENTS - 1));
        assertThat(of(results, Variant.OURS, Workload.OWN_COPIES).forwarded()).isZero();
        assertThat(of(results, Variant.OURS, Workload.COPIES_OF_OTHERS).forwarded())
                .isZero();
        assertThat(results.latencies().get(Variant.OURS)).hasSize(3);
        assertThat(directory).isDirectoryContaining("glob:**/results.svg").isDirectoryContaining("glob:**/cost.md");
    }

    @Test
    void theHeapRunSendsDifferentEventsAndLooksAtTheHeap() throws Exception {
        Properties given = new Properties();
        given.putAll(QUICK_START);
        given.putAll(Map.of("distinct", "" + EVENTS));

        List<HeapRun.Look> looks =
                new HeapRun(BenchmarkOptions.from(given), new PrintStream(OutputStream.nullOutputStream())).run();
        HeapRun.write(looks, directory);

        assertThat(looks).singleElement().satisfies(look -> assertThat(look.events())
                .isEqualTo(EVENTS));
        assertThat(looks.get(0).liveBytes()).isPositive();
        assertThat(directory.resolve("heap.csv")).content().startsWith("events,live_bytes\n" + EVENTS + ",");
    }

    private static Measurement of(Results results, Variant variant, String workload) {
        return results.measurements().stream()
                .filter(one -> one.variant() == variant && one.workload().equals(workload))
                .findFirst()
                .orElseThrow();
    }
}
