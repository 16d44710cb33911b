package io.eventdedup.chaos;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A request that the route has made.
 *
 * @param at when it reached the proxy
 * @param operation the service's name for it, such as {@code SendMessage}
 * @param isRetry whether the SDK says that it has made this request before
 * @param fault what the proxy did to it; empty if it passed
 * @param events the events that it tells of
 */
record Call(Instant at, String operation, boolean isRetry, Optional<Fault> fault, Set<String> events) {

    boolean is(String called) {
        return operation.equals(called);
    }

    boolean isSend() {
        return operation.startsWith("SendMessage");
    }

    /** Whether the service may have done what it was asked without the route hearing of it in time. */
    boolean mayHaveLostItsAnswer() {
        return fault.map(Fault::reachesTheService).orElse(true);
    }
}
