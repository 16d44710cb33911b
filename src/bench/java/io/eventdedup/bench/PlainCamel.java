package io.eventdedup.bench;

import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.KeyRules;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What a Camel user writes to copy a queue, with as many messages in hand as ours; and the same with Camel's own dedup. */
final class PlainCamel {

    private static final int REMEMBERED = 1_000_000;

    private PlainCamel() {}

    static AutoCloseable start(Job job, boolean dedup) {
        SqsClient client = job.sqsClient();
        try {
            CamelContext context = new DefaultCamelContext();
            context.getRegistry().bind("client", client);
            context.addRoutes(new Route(job, dedup, client));
            context.start();
            return context;
        } catch (Exception e) {
            throw new IllegalStateException("Camel does not start", e);
        }
    }

    private static final class Route extends RouteBuilder {

        private final Job job;
        private final boolean dedup;
        private final SqsClient client;

        Route(Job job, boolean dedup, SqsClient client) {
            this.job = job;
            this.dedup = dedup;
            this.client = client;
        }

        @Override
        public void configure() {
            // its pollers work, too, when all threads are busy; ours only receive
            int threads = Math.max(1, job.workers() - job.pollers());
            ProcessorDefinition<?> messages = from(endpoint(
                            job.input(),
                            Map.of(
                                    "concurrentConsumers", Integer.toString(job.pollers()),
                                    "maxMessagesPerPoll", "10",
                                    "waitTimeSeconds", "5",
                                    "initialDelay", "0",
                                    "delay", "10",
                                    "greedy", "true")))
                    .threads()
                    .poolSize(threads)
                    .maxPoolSize(threads)
                    .maxQueueSize(0)
                    .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns);
            if (dedup) {
                messages = messages.process(
                                new EventKeyProcessor(KeyRules.load(KeyRules.defaultLocation(), Duration.ofDays(1))))
                        .idempotentConsumer(
                                exchangeProperty(EventKeyProcessor.KEY),
                                MemoryIdempotentRepository.memoryIdempotentRepository(REMEMBERED));
            }
            messages.to(endpoint(job.output(), Map.of()));
        }

        private String endpoint(String queue, Map<String, String> options) {
            StringBuilder uri = new StringBuilder("aws2-sqs:" + queue + "?amazonSQSClient=#bean:client&queueUrl=RAW("
                    + client.getQueueUrl(request -> request.queueName(queue)).queueUrl() + ")");
            options.forEach(
                    (name, value) -> uri.append('&').append(name).append('=').append(value));
            return uri.toString();
        }
    }
}
