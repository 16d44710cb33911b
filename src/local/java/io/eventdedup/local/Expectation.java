package io.eventdedup.local;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What must become of generated events: each one comes out once, in one of the texts that were sent for it; each broken
 * one becomes a dead letter, once, for its reason.
 *
 * @param eventOf every event text that was sent, its copies' included, with the number of the event that it tells of
 * @param reasonOf every broken text that was sent, with the reason for which it must be dead-lettered
 * @param copies how many of the sent events are copies
 */
record Expectation(Map<String, Integer> eventOf, Map<String, String> reasonOf, int copies) {

    Expectation {
        eventOf = Map.copyOf(eventOf);
        reasonOf = Map.copyOf(reasonOf);
    }

    int events() {
        return (int) eventOf.values().stream().distinct().count();
    }

    /** @param observe whether copies are forwarded too, marked */
    Tally tally(boolean observe) {
        TreeMap<String, Long> deadLetters =
                reasonOf.values().stream().collect(groupingBy(identity(), TreeMap::new, counting()));
        return new Tally(
                (long) events() + copies + reasonOf.size(),
                events(),
                observe ? 0 : copies,
                observe ? copies : 0,
                0,
                deadLetters,
                0);
    }

    /** What is wrong with what came out, one sentence each; empty when all is well. */
    List<String> complaints(Collection<String> forwarded, Collection<DeadLetter> deadLetters) {
        List<String> complaints = new ArrayList<>();
        Map<Integer, Long> times = forwarded.stream()
                .map(eventOf::get)
                .filter(Objects::nonNull)
                .collect(groupingBy(identity(), counting()));
        complain(complaints, events() - times.size(), "did not come out");
        complain(complaints, times.values().stream().filter(n -> n > 1).count(), "came out more than once");
        complain(
                complaints,
                forwarded.stream().filter(text -> !eventOf.containsKey(text)).count(),
                "came out with a text that was not sent");

        Map<String, Long> deaths = deadLetters.stream().collect(groupingBy(DeadLetter::body, counting()));
        complain(
                complaints,
                reasonOf.keySet().stream()
                        .filter(text -> !deaths.containsKey(text))
                        .count(),
                "not dead-lettered, though broken");
        complain(complaints, deaths.values().stream().filter(n -> n > 1).count(), "dead-lettered more than once");
        complain(
                complaints,
                deadLetters.stream().filter(this::isMisjudged).count(),
                "dead-lettered without need or for the wrong reason");
        return complaints;
    }

    private boolean isMisjudged(DeadLetter letter) {
        return !letter.reason().equals(reasonOf.get(letter.body()));
    }

    private static void complain(List<String> complaints, long events, String what) {
        if (events > 0) {
            complaints.add(String.format(Locale.ROOT, "%,d %s %s", events, events == 1 ? "event" : "events", what));
        }
    }
}
