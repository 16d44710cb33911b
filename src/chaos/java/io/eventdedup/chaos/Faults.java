package io.eventdedup.chaos;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which requests fail, and how: drawn from a seeded source, so that a run can be repeated. Safe for concurrent use. */
final class Faults {

    /** Stands for every operation. */
    static final String ANY = "*";

    private record Rule(String operation, String mentioned, Fault fault, double share, boolean once) {
        boolean concerns(String called, String request) {
            return (operation.equals(ANY) || called.startsWith(operation)) && request.contains(mentioned);
        }
    }

    private final Random random;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    Faults(long seed) {
        random = new Random(seed);
    }

    /**
     * Lets a share of requests fail from now on.
     *
     * @param operation the beginning of the operation's name, or {@link #ANY}
     * @param share 0 to 1; the shares of several faults for one operation add up
     */
    void inject(String operation, Fault fault, double share) {
        rules.add(new Rule(operation, "", fault, share, false));
    }

    /**
     * Lets every request of an operation fail from now on that mentions a text, such as the name of a queue.
     *
     * @param operation the beginning of the operation's name, or {@link #ANY}
     */
    void injectFor(String operation, String mentioned, Fault fault) {
        rules.add(new Rule(operation, mentioned, fault, 1, false));
    }

    /** Lets the next request of this operation fail. */
    void injectOnce(String operation, Fault fault) {
        rules.add(new Rule(operation, "", fault, 1, true));
    }

    /** From now on all requests pass. */
    void heal() {
        rules.clear();
    }

    /** The fate of one request; empty if it passes. */
    Optional<Fault> draw(String operation, String request) {
        double drawn = random.nextDouble();
        for (Rule rule : rules) {
            if (rule.concerns(operation, request)) {
                if (drawn < rule.share() && (!rule.once() || rules.remove(rule))) {
                    return Optional.of(rule.fault());
                }
                drawn -= rule.share();
            }
        }
        return Optional.empty();
    }
}
