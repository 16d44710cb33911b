package io.eventdedup.local;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how far the run is: one line that rewrites itself on a terminal, else a line at every tenth. */
final class ProgressBar {

    private static final int WIDTH = 40;

    private final PrintStream out;
    private final boolean terminal;
    private final long total;
    private int tenthsShown;

    ProgressBar(PrintStream out, boolean terminal, long total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
    }

    void show(long done) {
        if (terminal) {
            out.print('\r' + line(done, total));
            out.flush();
            return;
        }
        int tenths = (int) (10 * done / total);
        if (tenths > tenthsShown) {
            tenthsShown = tenths;
            out.println(line(done, total));
        }
    }

    /** Leaves the bar as it stands; what is printed next begins on a line of its own. */
    void end() {
        if (terminal) {
            out.println();
        }
    }

    static String line(long done, long total) {
        int filled = (int) (WIDTH * done / total);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %,d of %,d events",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                100 * done / total,
                done,
                total);
    }
}
