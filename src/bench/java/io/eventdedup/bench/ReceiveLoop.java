package io.eventdedup.bench;

import static software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT;

import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UsableEvent;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Threads that receive ten messages, work on them and receive again: what one writes without Camel. */
final class ReceiveLoop implements AutoCloseable {

    /** What is done with the messages of one receive. */
    interface Work {
        void on(List<Message> messages);
    }

    private static final KeyRules RULES = KeyRules.load(KeyRules.defaultLocation(), Duration.ofDays(1));
    private static final EventSplitter SPLITTER = new EventSplitter();

    private volatile boolean running = true;

    private ReceiveLoop() {}

    static ReceiveLoop start(SqsClient sqs, String queueUrl, int threads, Work work) {
        ReceiveLoop loop = new ReceiveLoop();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> loop.run(sqs, queueUrl, work), "loop");
            thread.setDaemon(true);
            thread.start();
        }
        return loop;
    }

    /** What the route finds out about an event. */
    record Event(String key, String type) {}

    /** The only event of a message. */
    static Event event(String body) {
        UsableEvent event = (UsableEvent) SPLITTER.split(body).get(0);
        return new Event(RULES.keyOf(event).hash(), event.detailType());
    }

    /** Lets the threads end with what they have in flight. */
    @Override
    public void close() {
        running = false;
    }

    private void run(SqsClient sqs, String queueUrl, Work work) {
        while (running) {
            try {
                List<Message> messages = sqs.receiveMessage(receive -> receive.queueUrl(queueUrl)
                                .maxNumberOfMessages(10)
                                .visibilityTimeout(30)
                                .messageSystemAttributeNames(APPROXIMATE_RECEIVE_COUNT)
                                .waitTimeSeconds(5))
                        .messages();
                if (!messages.isEmpty()) {
                    work.on(messages);
                }
            } catch (SdkException failure) {
                // the messages return when their visibility ends
                System.err.println(failure.getMessage());
            }
        }
    }
}
