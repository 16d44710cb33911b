package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

    @Test
    void aLineTellsShareAndNumber() {
        assertThat(ProgressBar.line(1_500, 2_000))
                .isEqualTo("[##############################..........]  75 %  1,500 of 2,000 events");
    }

    @Test
    void onATerminalItRewritesItsLine() {
        ProgressBar bar = new ProgressBar(out, true, 2);
        bar.show(1);
        bar.show(2);
        bar.end();

        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r" + ProgressBar.line(1, 2) + "\r" + ProgressBar.line(2, 2) + System.lineSeparator());
    }

    @Test
    void elsewhereItPrintsALineAtEveryTenth() {
        ProgressBar bar = new ProgressBar(out, false, 100);
        for (int done = 0; done <= 100; done++) {
            bar.show(done);
        }
        bar.end();

        assertThat(shown.toString(StandardCharsets.UTF_8).lines()).hasSize(10);
    }
}
