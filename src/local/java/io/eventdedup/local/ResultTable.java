package io.eventdedup.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** What became of the events, as lines of text. */
final class ResultTable {

    private ResultTable() {}

    static List<String> lines(Tally found, Optional<Tally> expected) {
        List<String> lines = new ArrayList<>();
        lines.add(" ".repeat(21) + "found" + (expected.isPresent() ? "   expected" : ""));
        lines.add(row("received", found.received(), expected.map(Tally::received)));
        lines.add(row("forwarded", found.forwarded(), expected.map(Tally::forwarded)));
        lines.add(row("duplicates", found.duplicates(), expected.map(Tally::duplicates)));
        lines.add(row("observed copies", found.observedCopies(), expected.map(Tally::observedCopies)));
        lines.add(row("filtered", found.filtered(), expected.map(Tally::filtered)));
        lines.add(row("dead-lettered", found.deadLettered(), expected.map(Tally::deadLettered)));
        TreeSet<String> reasons = new TreeSet<>(found.deadLetters().keySet());
        expected.ifPresent(tally -> reasons.addAll(tally.deadLetters().keySet()));
        for (String reason : reasons) {
            lines.add(row(
                    "  " + reason,
                    found.deadLetters().getOrDefault(reason, 0L),
                    expected.map(tally -> tally.deadLetters().getOrDefault(reason, 0L))));
        }
        lines.add(row("still queued", found.stillQueued(), expected.map(Tally::stillQueued)));
        return lines;
    }

    static String balance(Balance balance) {
        return String.format(
                Locale.ROOT,
                "%s: %,d received %s %,d forwarded + %,d duplicates + %,d observed copies + %,d filtered"
                        + " + %,d dead-lettered + %,d still queued",
                balance.holds() ? "Balance holds" : "BALANCE BROKEN",
                balance.received(),
                balance.holds() ? "=" : "is not",
                balance.forwarded(),
                balance.duplicates(),
                balance.observedCopies(),
                balance.filtered(),
                balance.deadLettered(),
                balance.stillQueued());
    }

    private static String row(String name, long found, Optional<Long> expected) {
        String row = String.format(Locale.ROOT, "%-16s%,10d", name, found);
        return expected.map(number ->
                        row + String.format(Locale.ROOT, "%,11d%s", number, number == found ? "" : "   <- differs"))
                .orElse(row);
    }
}
