package io.eventdedup.bench;

import io.eventdedup.local.EmbeddedAws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Sends events at a rate at which each one is alone, and waits for them at the other end. */
final class LowLoad {

    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LowLoad() {}

    /** In milliseconds; the events have to differ. */
    static List<Double> latencies(Stage stage, Job job, List<String> events) {
        SqsClient sqs = stage.sqs();
        String input = stage.url(job.input());
        String output = stage.url(job.output());
        Map<String, Long> sentAt = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        sender.scheduleAtFixedRate(
                () -> {
                    int number = next.getAndIncrement();
                    if (number < events.size()) {
                        String event = events.get(number);
                        sentAt.put(event, System.nanoTime());
                        sqs.sendMessage(send -> send.queueUrl(input).messageBody(event));
                    }
                },
                0,
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return arrivals(sqs, output, sentAt, events.size());
        } finally {
            sender.shutdownNow();
        }
    }

    private static List<Double> arrivals(SqsClient sqs, String output, Map<String, Long> sentAt, int expected) {
        List<Double> latencies = new ArrayList<>();
        long deadline = System.nanoTime()
                + PATIENCE.plus(INTERVAL.multipliedBy(expected)).toNanos();
        while (latencies.size() < expected) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException((expected - latencies.size()) + " events have not arrived");
            }
            List<Message> messages = sqs.receiveMessage(receive ->
                            receive.queueUrl(output).maxNumberOfMessages(10).waitTimeSeconds(1))
                    .messages();
            long now = System.nanoTime();
            messages.forEach(message -> latencies.add((now - sentAt.get(message.body())) / 1e6));
            if (!messages.isEmpty()) {
                EmbeddedAws.deleteAll(sqs, output, messages);
            }
        }
        return latencies;
    }
}
