package io.eventdedup.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of steps in a world, and what is wrong at its end.
 *
 * @param actions the steps until the misfortune ends
 * @param lines one for each step, those after it included, to be read by people
 * @param violation the broken property; empty if all hold
 */
record Story(Setup setup, List<Action> actions, List<String> lines, Optional<String> violation) {

    private static final String NO_MORE_MISFORTUNE =
            "-- from here on everybody goes on, and nothing goes wrong any more --";

    private static final int MOST_LINES = 40;

    /** Takes the steps that are possible, one after the other, and then lets the world come to its end. */
    static Story of(Setup setup, List<Action> actions) {
        return of(setup, actions, Environment.SIMULATED);
    }

    static Story of(Setup setup, List<Action> actions, Environment environment) {
        World world = new World(setup, environment);
        List<Action> taken = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try {
            for (Action action : actions) {
                if (world.enabled().contains(action)) {
                    taken.add(action);
                    apply(world, action, lines);
                }
            }
            lines.add(NO_MORE_MISFORTUNE);
            world.finish(action -> apply(world, action, lines));
            return new Story(setup, taken, lines, Optional.empty());
        } catch (Violation violation) {
            return new Story(setup, taken, lines, Optional.of(violation.getMessage()));
        }
    }

    private static void apply(World world, Action action, List<String> lines) {
        lines.add(world.tell(action));
        world.apply(action);
        if (!world.result().isEmpty()) {
            int last = lines.size() - 1;
            lines.set(last, lines.get(last) + ": " + world.result());
        }
    }

    /** The kind of its violation, the word before the colon. */
    String kind() {
        return violation.map(text -> text.substring(0, text.indexOf(':'))).orElse("");
    }

    /** The same violation without the steps that can be left out. */
    Story shortened() {
        Story shortest = this;
        boolean shorter = true;
        while (shorter) {
            shorter = false;
            for (int length = Math.max(1, shortest.actions().size() / 2); length >= 1 && !shorter; length /= 2) {
                for (int from = 0; from + length <= shortest.actions().size() && !shorter; from++) {
                    List<Action> fewer = new ArrayList<>(shortest.actions());
                    fewer.subList(from, from + length).clear();
                    Story story = of(setup, fewer);
                    if (story.kind().equals(kind())
                            && story.actions().size() < shortest.actions().size()) {
                        shortest = story;
                        shorter = true;
                    }
                }
            }
        }
        return shortest;
    }

    /** For people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (int i = 0; i < lines.size() && number < MOST_LINES; ) {
            int same = i;
            while (same < lines.size() && lines.get(same).equals(lines.get(i))) {
                same++;
            }
            text.append(String.format(
                    "%4d. %s%s%n", ++number, lines.get(i), same - i > 1 ? " (" + (same - i) + " times)" : ""));
            i = same;
        }
        if (number == MOST_LINES) {
            text.append(String.format("      and so on%n"));
        }
        return text.append("    => ")
                .append(violation.orElse("all properties hold"))
                .toString();
    }
}
