package io.eventdedup.local;

import java.util.List;
import java.util.Optional;

/** The messages of one run, and, when they were generated, what must become of them. */
record Workload(List<Message> messages, Optional<Expectation> expectation) {

    Workload {
        messages = List.copyOf(messages);
    }

    int events() {
        return messages.stream().mapToInt(Message::events).sum();
    }
}
