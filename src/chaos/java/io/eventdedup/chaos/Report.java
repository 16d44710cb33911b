package io.eventdedup.chaos;

import io.eventdedup.local.Balance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** The table of results, in a file under {@code target/}; the long form prints it after the last test. */
final class Report implements AutoCloseable {

    /** Each JVM that runs tests has its own. */
    private static final Path FILE =
            Path.of("target", "chaos-" + System.getProperty("surefire.forkNumber", "1") + ".md");

    private final List<String> rows = new CopyOnWriteArrayList<>();

    /** @param remark what else is worth knowing, or empty */
    void add(String trouble, Ledger ledger, String remark) {
        add(
                trouble,
                ledger.balance(),
                ledger.missing().size(),
                ledger.forwardedTwice().size(),
                remark);
    }

    /** The same for events that do not end in the queues of a ledger. */
    void add(String trouble, Balance balance, int lost, int forwardedTwice, String remark) {
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %s |",
                trouble,
                balance.received(),
                balance.forwarded(),
                balance.duplicates(),
                balance.deadLettered(),
                lost,
                forwardedTwice,
                remark));
    }

    @Override
    public void close() {
        List<String> table = new ArrayList<>(List.of(
                "| trouble | received | forwarded | copies | dead letters | lost | forwarded twice | |",
                "|---|---|---|---|---|---|---|---|"));
        rows.stream().sorted().forEach(table::add);
        try {
            Files.write(FILE, table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (Form.isLong()) {
            table.forEach(System.out::println);
        }
    }
}
