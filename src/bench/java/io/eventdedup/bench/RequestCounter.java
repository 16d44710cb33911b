package io.eventdedup.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts requests by operation, and what they come to. Safe for concurrent use. */
final class RequestCounter {

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
            case "PutItem", "UpdateItem", "DeleteItem" -> add(Counts.WRITE_UNITS, 1);
            case "BatchExecuteStatement" -> add(Counts.WRITE_UNITS, occurrences("\"Statement\":", request));
            case "GetItem" -> add(Counts.HALF_READ_UNITS, halves(request));
            case "BatchGetItem" ->
                add(Counts.HALF_READ_UNITS, occurrences("\"eventHash\":", request) * halves(request));
            default -> {
                // the request alone
            }
        }
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
