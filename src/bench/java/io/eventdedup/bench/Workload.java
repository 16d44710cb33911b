package io.eventdedup.bench;

import io.eventdedup.local.SampleStory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Events that are measured together. The workloads of one run follow each other in this order, in one process, on one
 * table.
 *
 * @param name as it stands in the tables
 * @param bodies message bodies, one event each
 * @param knownToOthers whether the table says of all of them that another process has finished them
 */
record Workload(String name, List<String> bodies, boolean knownToOthers) {

    static final String ALL_NEW = "0 % copies";
    static final String TEN_PERCENT_COPIES = "10 % copies";
    static final String OWN_COPIES = "copies of its own";
    static final String COPIES_OF_OTHERS = "copies of others'";

    private static final int[] PERCENT_COPIES = {10, 50};

    /** The measured workloads: new events, their copies while the process remembers them, two mixes, others' copies. */
    static List<Workload> all(Source source, int events) {
        List<Workload> all = new ArrayList<>();
        Workload allNew = new Workload(ALL_NEW, source.events(events), false);
        all.add(allNew);
        all.add(new Workload(OWN_COPIES, allNew.bodies(), false));
        for (int percent : PERCENT_COPIES) {
            all.add(new Workload(percent + " % copies", source.withCopies(events, percent / 100.0), false));
        }
        all.add(new Workload(COPIES_OF_OTHERS, source.events(events), true));
        return all;
    }

    /** Events that are all different, one after the other. */
    static final class Source {

        private final Random random = new Random(42);
        private final SampleStory story = SampleStory.load();
        private final List<String> untold = new ArrayList<>();
        private int retellings;

        List<String> events(int count) {
            while (untold.size() < count) {
                untold.addAll(story.retold(random, Duration.ofMinutes(retellings++)));
            }
            List<String> told = untold.subList(0, count);
            List<String> events = List.copyOf(told);
            told.clear();
            return events;
        }

        /** Each event but the first is with this probability one that was there before. */
        List<String> withCopies(int count, double share) {
            List<String> fresh = events(count);
            List<String> originals = new ArrayList<>();
            List<String> events = new ArrayList<>();
            for (String event : fresh) {
                boolean copy = !originals.isEmpty() && random.nextDouble() < share;
                if (copy) {
                    events.add(originals.get(random.nextInt(originals.size())));
                } else {
                    originals.add(event);
                    events.add(event);
                }
            }
            return events;
        }
    }
}
