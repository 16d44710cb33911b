package io.eventdedup.backtest;

import java.util.Locale;

/** Times for people: 350 ms, 12 s, 1.5 h, 14 d. */
final class Times {

    private record Unit(String name, long millis) {}

    private static final Unit[] UNITS = {
        new Unit("d", 86_400_000), new Unit("h", 3_600_000), new Unit("min", 60_000), new Unit("s", 1000)
    };

    private Times() {}

    static String text(long millis) {
        for (Unit unit : UNITS) {
            if (millis >= unit.millis) {
                double count = (double) millis / unit.millis;
                return String.format(Locale.ROOT, count < 10 ? "%.1f" : "%.0f", count)
                                .replace(".0", "") + " " + unit.name;
            }
        }
        return millis + " ms";
    }
}
