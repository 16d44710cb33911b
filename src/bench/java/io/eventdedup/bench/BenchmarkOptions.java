package io.eventdedup.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * What is measured, and for how long. Unless told otherwise, ours has as many messages in hand as the raw loop: eighty.
 *
 * @param rounds each variant is measured so often, in turns with the others
 * @param events in each workload
 * @param warmUp events before, which do not count
 * @param lowLoad events of the measurement at low load; 0 leaves it out
 * @param variants by their letters
 * @param sqsLatency how much longer SQS takes than the emulator
 * @param dynamoDbLatency the same of DynamoDB
 * @param pollers as {@code dedup.pollers}
 * @param workers as {@code dedup.workers}; in a scaling run each of these, else the first
 * @param rawThreads of the variant with raw batches
 * @param distinct events of a run that looks at the heap and at nothing else; 0 for none
 * @param scaling whether to measure throughput against workers and nothing else
 * @param jvmOptions for the process that is measured
 */
record BenchmarkOptions(
        int rounds,
        int events,
        int warmUp,
        int lowLoad,
        List<Variant> variants,
        Duration sqsLatency,
        Duration dynamoDbLatency,
        int pollers,
        List<Integer> workers,
        int rawThreads,
        int distinct,
        boolean scaling,
        List<String> jvmOptions) {

    /** From {@code -Drounds=5} and the like. {@code -Dlatency=10,5} is in milliseconds, of SQS and of DynamoDB. */
    static BenchmarkOptions from(Properties given) {
        boolean scaling = given.containsKey("scaling");
        List<Integer> latency = numbers(given.getProperty("latency", scaling ? "10,5" : "0,0"));
        if (latency.size() != 2) {
            throw new IllegalArgumentException("-Dlatency takes two numbers, of SQS and of DynamoDB: -Dlatency=10,5");
        }
        return new BenchmarkOptions(
                number(given, "rounds", 3),
                number(given, "events", 2_000),
                number(given, "warmup", 3_000),
                number(given, "low-load", scaling ? 0 : 100),
                Arrays.stream(given.getProperty("variants", scaling ? "d" : "a,b,c,d,e,f,g")
                                .split(","))
                        .map(Variant::ofLetter)
                        .toList(),
                Duration.ofMillis(latency.get(0)),
                Duration.ofMillis(latency.get(1)),
                number(given, "pollers", 4),
                numbers(given.getProperty("workers", scaling ? "1,2,4,8,16,32,64,128" : "80")),
                number(given, "raw-threads", 8),
                number(given, "distinct", 0),
                scaling,
                List.of(given.getProperty("jvm", "-Xmx256m").split(" ")));
    }

    private static int number(Properties given, String name, int otherwise) {
        String value = given.getProperty(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + name + "=" + value + " is no number", e);
        }
    }

    private static List<Integer> numbers(String list) {
        return Arrays.stream(list.split(",")).map(Integer::valueOf).toList();
    }
}
