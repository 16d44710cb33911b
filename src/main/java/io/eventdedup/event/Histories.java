package io.eventdedup.event;

import java.util.LinkedHashMap;
import java.util.Map;

/** The histories of messages that were given back to the queue, by message id. Bounded. Thread-safe. */
public final class Histories {

    /** Enough for the messages that may come back to this process. */
    private static final int MAX_MESSAGES = 10_000;

    private final Map<String, History> byMessage = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, History> eldest) {
            return size() > MAX_MESSAGES;
        }
    };

    /** Creates an empty object. */
    public Histories() {}

    synchronized History of(String messageId) {
        return byMessage.getOrDefault(messageId, History.NONE);
    }

    /** Remembers the outcomes of the events of a message that is given back to the queue. */
    public void remember(Delivery delivery) {
        History history = delivery.history();
        synchronized (this) {
            byMessage.remove(delivery.messageId());
            if (!history.isEmpty()) {
                byMessage.put(delivery.messageId(), history);
            }
        }
    }

    /** Forgets a message, because it is deleted. */
    public synchronized void forget(Delivery delivery) {
        byMessage.remove(delivery.messageId());
    }
}
