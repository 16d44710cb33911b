package io.eventdedup.bench;

import io.eventdedup.bench.CountingProxy.Receives;
import java.time.Duration;
import java.util.List;

/** One variant in one process, from its warm-up to the last workload. */
final class Trial implements AutoCloseable {

    private static final double TIMED = 0.95;
    private static final Duration GLANCE = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Stage stage;
    private final Variant variant;
    private final int round;
    private final Job job;
    private final Child process;

    /** Starts the variant on new queues and a new table; it gets no messages yet. */
    Trial(Stage stage, BenchmarkOptions options, Variant variant, int round, int workers) {
        this.stage = stage;
        this.variant = variant;
        this.round = round;
        job = stage.newJob(options.pollers(), workers, options.rawThreads());
        stage.setReceives(Receives.HELD);
        process = stage.start(variant, job, options.jvmOptions());
        process.ask("started");
    }

    Measurement measure(Workload workload) throws InterruptedException {
        stage.fill(job.input(), workload.bodies());
        if (workload.knownToOthers()) {
            stage.finishElsewhere(job.table(), workload.bodies());
        }
        int events = workload.bodies().size();
        int timed = (int) Math.ceil(events * TIMED);
        Counts before = stage.counts();
        long cpuBefore = cpu();
        long emulatorsBefore = stage.cpuNanos();
        long begin = System.nanoTime();

        stage.setReceives(Receives.SHORT);
        awaitDeleted(before.of(Counts.DELETED) + timed);
        long elapsed = System.nanoTime() - begin;
        long cpu = cpu() - cpuBefore;
        long emulators = stage.cpuNanos() - emulatorsBefore;
        awaitDeleted(before.of(Counts.DELETED) + events);
        stage.setReceives(Receives.HELD);

        Counts counts = stage.counts().since(before);
        return new Measurement(
                variant,
                job.workers(),
                workload.name(),
                round,
                events,
                stage.countAndPurge(job.output()),
                timed,
                elapsed / 1e9,
                cpu,
                emulators,
                Long.parseLong(process.ask("heap")),
                counts);
    }

    /** Milliseconds from the sending of each event to its arrival in the output queue, when there is little to do. */
    List<Double> latencies(List<String> events) throws InterruptedException {
        stage.setReceives(Receives.AS_ASKED);
        List<Double> latencies = LowLoad.latencies(stage, job, events);
        stage.setReceives(Receives.HELD);
        return latencies;
    }

    /** Bytes of heap that the process still uses once its garbage is gone. */
    long liveHeap() {
        return Long.parseLong(process.ask("live"));
    }

    @Override
    public void close() {
        process.close();
        stage.delete(job);
    }

    private long cpu() {
        return Long.parseLong(process.ask("cpu"));
    }

    private void awaitDeleted(long wanted) throws InterruptedException {
        long deleted = -1;
        long lastMove = System.nanoTime();
        while (deleted < wanted) {
            Thread.sleep(GLANCE.toMillis());
            long now = stage.counts().of(Counts.DELETED);
            if (now > deleted) {
                deleted = now;
                lastMove = System.nanoTime();
            } else if (System.nanoTime() - lastMove > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "variant " + variant.letter() + " has stopped " + (wanted - now) + " messages before the end");
            }
        }
    }
}
