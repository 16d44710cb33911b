package io.eventdedup.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.route.RuleCounts.Figures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void whatWantsAttentionComesFirst() {
        List<Report.Rule> rules = List.of(
                rule("idle1", 1, figures(0, 0, 0, 0)),
                rule("few", 2, figures(1, 0, 0, 0)),
                rule("many", 3, figures(1000, 0, 0, 0)),
                rule("of an older file", null, figures(2, 0, 0, 0)),
                rule("as few, of an older file", null, figures(1, 0, 0, 0)),
                rule("fallbacks", 4, figures(10, 0, 1, 0)),
                rule("differing", 5, figures(10, 1, 0, 0)),
                rule("letters", 6, figures(10, 0, 0, 1)),
                rule("idle2", 7, figures(0, 0, 0, 0)));

        assertThat(rules.stream().sorted(Report.BY_ATTENTION).map(Report.Rule::rule))
                .containsExactly(
                        "letters",
                        "differing",
                        "fallbacks",
                        "many",
                        "of an older file",
                        "few",
                        "as few, of an older file",
                        "idle1",
                        "idle2");
    }

    private static Report.Rule rule(String name, Integer line, Figures figures) {
        return new Report.Rule("dedup", name, line, figures);
    }

    private static Figures figures(long events, long differing, long fallbacks, long deadLetters) {
        return new Figures(events, 0, 0, differing, Map.of(), 0, deadLetters, 0, fallbacks, 1, new int[60]);
    }
}
