package io.eventdedup.app;

import com.sun.management.OperatingSystemMXBean;
import io.eventdedup.route.Settings;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Compares the CPUs and memory of the container or machine with what the settings need.
 *
 * @param cpus as Java counts them; a container with half a CPU has one
 * @param memory of the container, in MB
 * @param heap maximum Java heap, in MB
 */
record MachineCheck(int cpus, long memory, long heap) {

    private static final int MAX_WORKERS_PER_CPU = 256;
    private static final long MB = 1 << 20;

    /** For classes, compiled code, threads and buffers. */
    private static final long OUTSIDE_THE_HEAP = 200;

    /** Live objects without any message, with room for garbage. In addition, each message in flight may have 1 MB. */
    private static final long HEAP_WITHOUT_MESSAGES = 64;

    private static final int MESSAGES_PER_POLLER = 10;
    private static final int STEP = 5;

    /** The machine that this process runs on. */
    static MachineCheck ofThisProcess() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Runtime java = Runtime.getRuntime();
        return new MachineCheck(java.availableProcessors(), system.getTotalMemorySize() / MB, java.maxMemory() / MB);
    }

    /** Two lines, never {@code WRONG}. */
    List<CheckResult> run(Settings settings) {
        return List.of(cpus(settings.workers()), memory(settings.workers() + MESSAGES_PER_POLLER * settings.pollers()));
    }

    private CheckResult cpus(int workers) {
        String found = "%d CPUs for %d workers".formatted(cpus, workers);
        return workers <= cpus * MAX_WORKERS_PER_CPU
                ? CheckResult.good(found)
                : CheckResult.doubtful(
                        found, "set dedup.workers to %d, or add CPUs".formatted(cpus * MAX_WORKERS_PER_CPU));
    }

    private CheckResult memory(long messages) {
        String found = "%d MB of memory, of which the Java heap may use %d MB".formatted(memory, heap);
        long needed = HEAP_WITHOUT_MESSAGES + messages;
        long free = memory - OUTSIDE_THE_HEAP;
        if (free < needed) {
            return CheckResult.doubtful(
                    found,
                    "%d messages in flight need %d MB of memory; provide it, or lower dedup.workers"
                            .formatted(messages, needed + OUTSIDE_THE_HEAP));
        }
        String fix = "JDK_JAVA_OPTIONS=-XX:MaxRAMPercentage=" + free * 100 / memory / STEP * STEP;
        if (heap > free) {
            return CheckResult.doubtful(
                    found,
                    "the process needs another %d MB outside the heap and is killed if the container has less; set %s"
                            .formatted(OUTSIDE_THE_HEAP, fix));
        }
        return heap < needed
                ? CheckResult.doubtful(found, "large messages need %d MB of heap; set %s".formatted(needed, fix))
                : CheckResult.good(found);
    }
}
