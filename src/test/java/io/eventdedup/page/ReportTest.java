package io.eventdedup.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.key.KeyRules;
import io.eventdedup.page.RuleActivity.Figures;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void whatWantsAttentionComesFirst() {
        List<KeyRules.Source> file = Stream.of("idle1", "few", "many", "fallbacks", "differing", "letters", "idle2")
                .map(name -> new KeyRules.Source(name, name.length(), ""))
                .toList();
        Map<String, Figures> figures = Map.of(
                "few", figures(1, 0, 0, 0),
                "many", figures(1000, 0, 0, 0),
                "fallbacks", figures(10, 0, 1, 0),
                "differing", figures(10, 1, 0, 0),
                "letters", figures(10, 0, 0, 1),
                "of an older file", figures(2, 0, 0, 0));

        List<Report.Rule> sorted = Report.sorted(file, figures);

        assertThat(sorted)
                .extracting(Report.Rule::rule)
                .containsExactly(
                        "letters", "differing", "fallbacks", "many", "of an older file", "few", "idle1", "idle2");
        assertThat(sorted.get(0).line()).isEqualTo("letters".length());
        assertThat(sorted.get(4).line()).isNull();
    }

    private static Figures figures(long events, long differing, long fallbacks, long deadLetters) {
        return new Figures(events, 0, 0, differing, Map.of(), 0, deadLetters, 0, fallbacks, 1, new int[60]);
    }
}
