package io.eventdedup.bench;

/**
 * One workload through one variant.
 *
 * @param seconds for {@code timedEvents}, the first of them; the end of a workload, where there is no longer work for all, is
 *     not timed
 * @param cpuNanos of the variant's process in that time
 * @param emulatorNanos the same of the emulators with their proxies: with the process's own it is what the machine had to do
 * @param forwarded messages in the output queue afterwards
 * @param counts what the services were asked for, for all events
 * @param peakHeap bytes
 */
record Measurement(
        Variant variant,
        int workers,
        String workload,
        int round,
        int events,
        long forwarded,
        int timedEvents,
        double seconds,
        long cpuNanos,
        long emulatorNanos,
        long peakHeap,
        Counts counts) {

    double eventsPerSecond() {
        return timedEvents / seconds;
    }

    double cpuMicrosPerEvent() {
        return cpuNanos / 1e3 / timedEvents;
    }

    double emulatorMicrosPerEvent() {
        return emulatorNanos / 1e3 / timedEvents;
    }

    double requestsPerEvent() {
        return (double) counts.requests() / events;
    }

    double writeUnitsPerEvent() {
        return (double) counts.of(Counts.WRITE_UNITS) / events;
    }

    double readUnitsPerEvent() {
        return counts.of(Counts.HALF_READ_UNITS) / 2.0 / events;
    }

    double peakHeapMegabytes() {
        return peakHeap / 1e6;
    }
}
