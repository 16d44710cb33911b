package io.eventdedup.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the services were asked for so far, by name: requests by operation, and the quantities below.
 *
 * <p>Written as one line, so that it can travel between processes.
 */
record Counts(Map<String, Long> byName) {

    /** Messages deleted; not a request. */
    static final String DELETED = "#deleted";

    /** DynamoDB write units: one for each item written, also where a condition refuses it. */
    static final String WRITE_UNITS = "#writeUnits";

    /** DynamoDB read units in halves: an eventually consistent read of a small item takes a half. */
    static final String HALF_READ_UNITS = "#halfReadUnits";

    /** A receive that brought nothing. How many there are depends on how long nothing comes, so they are kept apart. */
    static final String EMPTY_RECEIVE = "#emptyReceives";

    private static final String QUANTITY = "#";

    Counts {
        byName = new TreeMap<>(byName);
    }

    long of(String name) {
        return byName.getOrDefault(name, 0L);
    }

    /** Requests of all operations, those that brought nothing apart. */
    long requests() {
        return requestsByOperation().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    Map<String, Long> requestsByOperation() {
        Map<String, Long> requests = new TreeMap<>(byName);
        requests.keySet().removeIf(name -> name.startsWith(QUANTITY));
        return requests;
    }

    /** What was asked for since an earlier moment. */
    Counts since(Counts earlier) {
        Map<String, Long> difference = new TreeMap<>();
        byName.forEach((name, count) -> difference.put(name, count - earlier.of(name)));
        difference.values().removeIf(count -> count == 0);
        return new Counts(difference);
    }

    String line() {
        return byName.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    static Counts parse(String line) {
        return new Counts(Arrays.stream(line.split(" "))
                .filter(part -> !part.isBlank())
                .map(part -> part.split("="))
                .collect(Collectors.toMap(part -> part[0], part -> Long.parseLong(part[1]))));
    }
}
