package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    private static final Tally FOUND = new Tally(1_234, 1_000, 200, 0, 0, new TreeMap<>(Map.of("NO_DETAIL", 34L)), 0);

    @Test
    void showsWhatWasFound() {
        assertThat(String.join("\n", ResultTable.lines(FOUND, Optional.empty())))
                .isEqualTo("""
                                             found
                        received             1,234
                        forwarded            1,000
                        duplicates             200
                        observed copies          0
                        filtered                 0
                        dead-lettered           34
                          NO_DETAIL             34
                        still queued             0""");
    }

    @Test
    void showsWhereItDiffersFromWhatWasExpected() {
        Tally expected = new Tally(1_234, 1_000, 200, 0, 0, new TreeMap<>(Map.of("TOO_DEEP", 34L)), 0);

        assertThat(String.join("\n", ResultTable.lines(FOUND, Optional.of(expected))))
                .isEqualTo("""
                                             found   expected
                        received             1,234      1,234
                        forwarded            1,000      1,000
                        duplicates             200        200
                        observed copies          0          0
                        filtered                 0          0
                        dead-lettered           34         34
                          NO_DETAIL             34          0   <- differs
                          TOO_DEEP               0         34   <- differs
                        still queued             0          0""");
    }

    @Test
    void saysThatTheBalanceHolds() {
        assertThat(ResultTable.balance(FOUND.balance()))
                .isEqualTo("Balance holds: 1,234 received"
                        + " = 1,000 forwarded + 200 duplicates + 0 observed copies + 0 filtered + 34 dead-lettered + 0 still queued");
    }

    @Test
    void saysThatTheBalanceIsBroken() {
        assertThat(ResultTable.balance(new Balance(3, 1, 1, 0, 0, 0, 0)))
                .isEqualTo("BALANCE BROKEN: 3 received"
                        + " is not 1 forwarded + 1 duplicates + 0 observed copies + 0 filtered + 0 dead-lettered + 0 still queued");
    }
}
