package io.eventdedup.chaos;

import java.time.Instant;
import java.util.Optional;

/**
 * A request that the route has made.
 *
 * @param at when it reached the proxy
 * @param operation the service's name for it, such as {@code SendMessage}
 * @param fault what the proxy did to it; empty if it passed
 * @param body its body if it met a fault, else empty
 */
record Call(Instant at, String operation, Optional<Fault> fault, String body) {

    boolean is(String called) {
        return operation.equals(called);
    }
}
