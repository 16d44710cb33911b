package io.eventdedup.app;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/** Shows the progress of a command in one line that is rewritten, on a terminal only. */
final class Progress {

    private static final int WIDTH = 40;

    private final PrintWriter out;
    private final boolean terminal;
    private int shown = -1;

    Progress(PrintWriter out) {
        this(out, isTerminal());
    }

    Progress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Whether the process has a terminal. Since Java 22, a console is not always a terminal, and has the method {@code isTerminal}.
     */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    void show(long done, long total, long events) {
        int permille = total == 0 ? 1000 : (int) (1000 * done / total);
        if (terminal && permille > shown) {
            shown = permille;
            print(permille, events);
        }
    }

    /** Shows 100 % and ends the line. */
    void end(long events) {
        if (terminal) {
            print(1000, events);
            out.println();
            out.flush();
        }
    }

    private void print(int permille, long events) {
        int filled = WIDTH * permille / 1000;
        out.printf(
                Locale.ROOT,
                "\r[%s%s] %3d %%  %,d events",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                permille / 10,
                events);
        out.flush();
    }
}
