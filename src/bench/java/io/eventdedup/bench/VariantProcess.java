package io.eventdedup.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One variant in a process of its own. */
final class VariantProcess {

    private VariantProcess() {}

    /** Takes the variant's letter and the job's arguments. */
    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        Job job = Job.parse(words.subList(1, words.size()));
        AutoCloseable running = Variant.ofLetter(words.get(0)).start(job);
        Command.serve(Map.of(
                "started", command -> running.getClass().getSimpleName(),
                "cpu", Command.CPU,
                "heap", command -> Long.toString(peakHeap()),
                "live", command -> Long.toString(liveHeap())));
        // what it was about is measured, so nothing is finished or given back
        System.exit(0);
    }

    /** Bytes of heap in use once all garbage is gone. */
    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The most bytes of heap in use at once, garbage included. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
