package io.eventdedup.proof;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A message as the input queue has it. */
final class Message {

    final int number;
    final String keys;
    final List<Element> elements = new ArrayList<>();
    Instant visibleFrom;
    boolean sent;
    boolean deleted;
    int receives;

    Message(int number, String keys) {
        this.number = number;
        this.keys = keys;
        for (int place = 0; place < keys.length(); place++) {
            elements.add(new Element(this, place, keys.substring(place, place + 1)));
        }
    }

    String id() {
        return "message-" + number;
    }

    boolean isVisible(Instant now) {
        return sent && !deleted && !visibleFrom.isAfter(now);
    }

    @Override
    public String toString() {
        return "message " + number + " (" + String.join(", ", keys.split("")) + ")";
    }
}
