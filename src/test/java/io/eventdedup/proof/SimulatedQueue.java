package io.eventdedup.proof;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The input queue. A receipt handle is the number of the receive it comes from, and only the last one counts (AWS documentation,
 * DeleteMessage: with an older one the request succeeds and the message may stay).
 */
class SimulatedQueue {

    static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final Clock clock;

    SimulatedQueue(Clock clock) {
        this.clock = clock;
    }

    void put(Message message) {
        message.sent = true;
        message.visibleFrom = clock.instant();
    }

    /** @return the receipt handle */
    int receive(Message message) {
        message.receives++;
        message.visibleFrom = clock.instant().plus(VISIBILITY);
        return message.receives;
    }

    /** Changes the visibility of a message in flight. */
    void changeVisibility(Message message, int handle, Duration visibleIn) {
        if (message.receives == handle && !message.deleted && !message.isVisible(clock.instant())) {
            message.visibleFrom = clock.instant().plus(visibleIn);
        }
    }

    /** True: the message is gone with this. */
    boolean delete(Message message, int handle) {
        boolean deletes = message.receives == handle && !message.deleted;
        message.deleted |= deletes;
        return deletes;
    }

    /** The message's visibility ends now, though its receiver has not given it back. */
    void endVisibility(Message message) {
        message.visibleFrom = clock.instant();
    }

    /** Time has passed. */
    void timePasses(List<Message> messages) {
        // messages know when they are visible
    }
}
