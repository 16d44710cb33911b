package io.eventdedup.chaos;

import io.eventdedup.local.Balance;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** The table of results; in the long form it is printed after the last test. */
final class Report implements AutoCloseable {

    private final List<String> rows = new CopyOnWriteArrayList<>();

    /** @param remark what else is worth knowing, or empty */
    void add(String trouble, Ledger ledger, String remark) {
        Balance balance = ledger.balance();
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %s |",
                trouble,
                balance.received(),
                balance.forwarded(),
                balance.duplicates(),
                balance.deadLettered(),
                ledger.missing().size(),
                ledger.forwardedTwice().size(),
                remark));
    }

    @Override
    public void close() {
        if (Form.isLong()) {
            System.out.println("| trouble | received | forwarded | copies | dead letters | lost | forwarded twice | |");
            System.out.println("|---|---|---|---|---|---|---|---|");
            rows.stream().sorted().forEach(System.out::println);
        }
    }
}
