package io.eventdedup.bench;

import io.eventdedup.local.EmbeddedAws;
import java.time.Duration;
import java.util.Map;

/** The embedded AWS in a process of its own, behind proxies that count. */
final class EmulatorProcess {

    private EmulatorProcess() {}

    public static void main(String[] arguments) {
        EmbeddedAws aws = EmbeddedAws.start();
        RequestCounter counter = new RequestCounter();
        CountingProxy sqs = new CountingProxy(aws.sqsEndpoint(), counter);
        CountingProxy dynamoDb = new CountingProxy(aws.dynamoDbEndpoint(), counter);
        Command.serve(Map.of(
                "endpoints",
                words -> String.join(
                        " ",
                        aws.sqsEndpoint().toString(),
                        aws.dynamoDbEndpoint().toString(),
                        sqs.endpoint().toString(),
                        dynamoDb.endpoint().toString()),
                "cpu",
                Command.CPU,
                "counts",
                words -> counter.counts().line(),
                "receives",
                words -> {
                    sqs.setReceives(CountingProxy.Receives.valueOf(words[1]));
                    return "";
                },
                "latency",
                words -> {
                    sqs.setLatency(Duration.ofMillis(Long.parseLong(words[1])));
                    dynamoDb.setLatency(Duration.ofMillis(Long.parseLong(words[2])));
                    return "";
                }));
        // the end of the measuring process is the end of this one, whatever still runs here
        System.exit(0);
    }
}
