package io.eventdedup.backtest;

import io.eventdedup.json.Edits;
import io.eventdedup.key.RuleDraft;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The effect of one rule on the recording. */
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

    /** Events whose key was seen longer ago than the window, so they would be forwarded again. */
    long late;

    final Gaps gaps = new Gaps();

    /** The gaps of the duplicates that arrived after the window. */
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

    /** After {@link #MOST_TYPES} types, all further types are counted together: nobody reads more. */
    private static Suspicion suspicion(Map<String, Suspicion> byType, RuleDraft draft, boolean genesys) {
        boolean isKnown = byType.containsKey(draft.match()) || byType.size() < MOST_TYPES;
        String type = isKnown ? draft.match() : "others";
        return byType.computeIfAbsent(type, absent -> new Suspicion(draft, genesys));
    }

    /** Types whose duplicates differ from their originals. */
    List<Suspicion> coarse() {
        return List.copyOf(coarse.values());
    }

    /** Types of which events with different keys have the same content. */
    List<Suspicion> fine() {
        return withoutRegular(fine);
    }

    /** Types whose duplicates arrived after the window. */
    List<Suspicion> shortWindow() {
        return withoutRegular(shortWindow);
    }

    private static List<Suspicion> withoutRegular(Map<String, Suspicion> byType) {
        return byType.values().stream()
                .filter(suspicion -> !suspicion.isRegular())
                .toList();
    }
}
