package io.eventdedup.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts requests by operation, and what they come to. Safe for concurrent use. */
final class RequestCounter {

    private static final Pattern UNITS = Pattern.compile("\"CapacityUnits\":([0-9.E]+)");

    private final Map<String, LongAdder> byName = new ConcurrentHashMap<>();

    /** A request of this operation was answered. */
    void count(String operation, byte[] request, byte[] response) {
        if (operation.equals("ReceiveMessage") && occurrences("\"ReceiptHandle\":", response) == 0) {
            add(Counts.EMPTY_RECEIVE, 1);
            return;
        }
        add(operation, 1);
        switch (operation) {
            case "DeleteMessage", "DeleteMessageBatch" ->
                add(Counts.DELETED, occurrences("\"ReceiptHandle\":", request));
            case "PutItem", "UpdateItem", "DeleteItem" -> add(Counts.WRITE_UNITS, Math.max(1, units(response)));
            case "BatchWriteItem", "BatchExecuteStatement" ->
                add(Counts.WRITE_UNITS, Math.max(itemsWritten(request), units(response)));
            case "GetItem" -> add(Counts.HALF_READ_UNITS, halves(request));
            case "BatchGetItem" ->
                add(Counts.HALF_READ_UNITS, occurrences("\"eventHash\":", request) * halves(request));
            default -> {
                // the request alone
            }
        }
    }

    /** A condition that is refused costs its unit, too, but its answer names none (AWS documentation, "Write operations"). */
    private static long itemsWritten(byte[] request) {
        return Stream.of("\"Statement\":", "\"PutRequest\":", "\"DeleteRequest\":")
                .mapToLong(name -> occurrences(name, request))
                .sum();
    }

    /** What DynamoDB says the request took; more than one for an item above 1 KB. */
    private static long units(byte[] response) {
        Matcher units = UNITS.matcher(new String(response, StandardCharsets.ISO_8859_1));
        return Math.round(units.results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum());
    }

    Counts counts() {
        return new Counts(
                byName.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                        .sum())));
    }

    private void add(String name, long count) {
        byName.computeIfAbsent(name, any -> new LongAdder()).add(count);
    }

    private static long halves(byte[] request) {
        return occurrences("\"ConsistentRead\":true", request) > 0 ? 2 : 1;
    }

    /** Quotes in a JSON string are escaped, so that no text of a message looks like a name. */
    private static long occurrences(String name, byte[] json) {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        long found = 0;
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length())) {
            found++;
        }
        return found;
    }
}
