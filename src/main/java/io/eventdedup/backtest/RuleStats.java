package io.eventdedup.backtest;

import io.eventdedup.json.Edits;
import io.eventdedup.key.RuleDraft;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one rule did to the recording. */
final class RuleStats {

    private static final int MOST_TYPES = 1000;

    final String rule;
    final Duration window;
    final Edits edits;
    long events;
    long keys;
    long copies;
    long differing;
    long fallbacks;

    /** Events whose key had been seen, but longer ago than the window: they pass again. */
    long late;

    final Gaps gaps = new Gaps();

    /** Of the copies that came after the window. */
    final Gaps lateGaps = new Gaps();

    private final Map<String, Suspicion> coarse = new LinkedHashMap<>();
    private final Map<String, Suspicion> fine = new LinkedHashMap<>();
    private final Map<String, Suspicion> shortWindow = new LinkedHashMap<>();

    RuleStats(String rule, RuleDraft draft) {
        this.rule = rule;
        this.window = draft.window();
        this.edits = draft.edits();
    }

    Suspicion coarse(RuleDraft draft, boolean genesys) {
        return suspicion(coarse, draft, genesys);
    }

    Suspicion fine(RuleDraft draft, boolean genesys) {
        return suspicion(fine, draft, genesys);
    }

    Suspicion shortWindow(RuleDraft draft, boolean genesys) {
        return suspicion(shortWindow, draft, genesys);
    }

    /** Once there are {@link #MOST_TYPES} types, every further one counts as one more type: nobody reads so many. */
    private static Suspicion suspicion(Map<String, Suspicion> byType, RuleDraft draft, boolean genesys) {
        boolean isKnown = byType.containsKey(draft.match()) || byType.size() < MOST_TYPES;
        String type = isKnown ? draft.match() : "others";
        return byType.computeIfAbsent(type, absent -> new Suspicion(draft, genesys));
    }

    /** Of types whose copies differ from their originals. */
    List<Suspicion> coarse() {
        return List.copyOf(coarse.values());
    }

    /** Of types of which two events with different keys say the same. */
    List<Suspicion> fine() {
        return withoutRegular(fine);
    }

    /** Of types whose copies came after the window. */
    List<Suspicion> shortWindow() {
        return withoutRegular(shortWindow);
    }

    private static List<Suspicion> withoutRegular(Map<String, Suspicion> byType) {
        return byType.values().stream()
                .filter(suspicion -> !suspicion.isRegular())
                .toList();
    }
}
