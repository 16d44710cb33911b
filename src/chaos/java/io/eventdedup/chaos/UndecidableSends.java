package io.eventdedup.chaos;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the events of which the route cannot know whether a standard queue has them: a request to send them was carried
 * out, or may have been, and its answer was not there in time.
 */
final class UndecidableSends {

    private UndecidableSends() {}

    /** The events of which that is true, by the requests in the order of their arrival. */
    static Set<String> in(List<Call> calls) {
        Set<String> undecidable = new HashSet<>();
        Map<String, Call> last = new HashMap<>();
        for (Call call : calls) {
            if (!call.isSend()) {
                continue;
            }
            for (String event : call.events()) {
                Call before = last.put(event, call);
                boolean gaveUpWaiting = call.isRetry() && before != null && before.mayHaveLostItsAnswer();
                if (gaveUpWaiting || call.fault().isPresent() && call.mayHaveLostItsAnswer()) {
                    undecidable.add(event);
                }
            }
        }
        return undecidable;
    }
}
