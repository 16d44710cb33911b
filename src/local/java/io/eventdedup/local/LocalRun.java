package io.eventdedup.local;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;

import io.eventdedup.app.DedupApplication;
import io.eventdedup.event.Outcome;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The whole job on one machine: embedded SQS and DynamoDB, the real route, sample events with copies and broken ones
 * among them, and a table of what became of them. The exit code is 0 when nothing was lost and each event came out once.
 */
public final class LocalRun {

    private static final String INPUT = "GenesysEvents";
    private static final String OUTPUT = "GenesysProcessedEvents";
    private static final String DEAD_LETTERS = "GenesysEventsDlq";
    private static final int SENDERS = 4;
    private static final Duration GLANCE = Duration.ofMillis(200);

    /** Longer than any lease or visibility: what has not moved until then will not. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The last count may come a moment after the message has left the queue. */
    private static final Duration PATIENCE_WHEN_EMPTY = Duration.ofSeconds(5);

    private final LocalRunOptions options;
    private final PrintStream out;

    private LocalRun(LocalRunOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(exitCode());
    }

    private static int exitCode() {
        try {
            return new LocalRun(LocalRunOptions.from(System.getProperties()), System.out).run() ? 0 : 1;
        } catch (BadInputException | ConfigurationException e) {
            System.err.println(e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    private boolean run() throws InterruptedException {
        Workload workload = options.events()
                .map(EventsFile::read)
                .orElseGet(() -> EventGenerator.generate(options.seed(), options.count()));
        out.println(title(workload));
        // Camel's placeholders take the environment first
        int wanted = Integer.parseInt(System.getenv().getOrDefault("DEDUP_HTTP_PORT", "0"));
        int httpPort = freePort(wanted, "dedup.http.port");
        try (EmbeddedAws aws = EmbeddedAws.start(
                        freePort(options.sqsPort(), "sqs.port"), freePort(options.dynamoDbPort(), "dynamodb.port"));
                DedupApplication application = start(aws, httpPort);
                SqsClient sqs = aws.sqsClient()) {
            out.printf("  SQS        %s%n", aws.sqsEndpoint());
            out.printf("  DynamoDB   %s%n", aws.dynamoDbEndpoint());
            out.printf("  health     http://127.0.0.1:%d/observe/health%n", httpPort);
            out.printf("  metrics    http://127.0.0.1:%d/observe/metrics%n", httpPort);
            out.printf("  page       http://127.0.0.1:%d/dedup%n%n", httpPort);
            boolean good = process(workload, application, sqs);
            if (options.keep()) {
                HotReload.watch(application.camelContext(), Path.of("routes"), settings(httpPort));
                explainHowToGoOn(aws, sqs);
                new CountDownLatch(1).await();
            }
            return good;
        }
    }

    private String title(Workload workload) {
        String source = options.events()
                .map(file -> "from " + file)
                .orElseGet(() -> "made of the samples with seed " + options.seed());
        return String.format(
                Locale.ROOT,
                "%nEvent Dedup on an embedded AWS: %,d events in %,d messages, %s%n",
                workload.events(),
                workload.messages().size(),
                source);
    }

    /** The application as it is shipped; its AWS clients find the embedded services by the SDK's own settings. */
    private static DedupApplication start(EmbeddedAws aws, int httpPort) {
        System.setProperty("aws.endpointUrlSqs", aws.sqsEndpoint().toString());
        System.setProperty("aws.endpointUrlDynamoDb", aws.dynamoDbEndpoint().toString());
        System.setProperty("aws.accessKeyId", EmbeddedAws.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", EmbeddedAws.SECRET_KEY);
        System.setProperty("aws.region", EmbeddedAws.REGION);
        return DedupApplication.start(settings(httpPort));
    }

    private static Map<String, String> settings(int httpPort) {
        return Map.of(
                "dedup.input-queue",
                INPUT,
                "dedup.output-queue",
                OUTPUT,
                "dedup.dead-letter-queue",
                DEAD_LETTERS,
                "dedup.create-resources",
                "true",
                // the copies come for as long as the run takes
                "dedup.window",
                "1d",
                "dedup.http.port",
                Integer.toString(httpPort));
    }

    private boolean process(Workload workload, DedupApplication application, SqsClient sqs)
            throws InterruptedException {
        Monitor outcomes = DedupParts.of(application.camelContext()).monitor().orElseThrow();
        LocalQueue input = LocalQueue.named(sqs, INPUT);

        Instant begin = Instant.now();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        List<? extends Future<?>> sending = LocalQueue.batches(workload.messages()).stream()
                .map(batch -> senders.submit(() -> input.send(batch)))
                .toList();
        senders.shutdown();
        awaitEnd(sending, input, outcomes, workload.events());
        Duration elapsed = Duration.between(begin, Instant.now());

        Map<Boolean, List<String>> sentOut = LocalQueue.named(sqs, OUTPUT).drain().stream()
                .collect(partitioningBy(
                        message -> message.messageAttributes().containsKey("dedupCopy"),
                        mapping(message -> message.body(), toList())));
        List<String> forwarded = sentOut.get(false);
        List<DeadLetter> deadLetters = LocalQueue.named(sqs, DEAD_LETTERS).drain().stream()
                .map(message -> new DeadLetter(
                        message.body(),
                        message.messageAttributes().get("dedupReason").stringValue()))
                .toList();
        TreeMap<String, Long> reasons = new TreeMap<>();
        deadLetters.forEach(letter -> reasons.merge(letter.reason(), 1L, Long::sum));
        Tally found = new Tally(
                workload.events(),
                forwarded.size(),
                outcomes.total(Outcome.DUPLICATE),
                sentOut.get(true).size(),
                outcomes.total(Outcome.FILTERED),
                reasons,
                input.size());
        boolean observe =
                DedupParts.of(application.camelContext()).settings().observes();
        return report(found, observe, workload.expectation(), forwarded, deadLetters, elapsed);
    }

    /** Shows the progress until the input queue is empty and everything in it has been counted, or nothing moves. */
    private void awaitEnd(List<? extends Future<?>> sending, LocalQueue input, Monitor outcomes, int events)
            throws InterruptedException {
        ProgressBar bar = new ProgressBar(out, System.console() != null, events);
        long done = 0;
        Instant moved = Instant.now();
        boolean moving = true;
        boolean empty = false;
        while (moving && !(empty && done >= events)) {
            Thread.sleep(GLANCE.toMillis());
            failIfRefused(sending);
            empty = sending.stream().allMatch(Future::isDone) && input.size() == 0;
            long doneBefore = done;
            done = Stream.of(Outcome.values())
                    .filter(outcome -> outcome != Outcome.RETURNED)
                    .mapToLong(outcomes::total)
                    .sum();
            moved = done > doneBefore ? Instant.now() : moved;
            moving = Duration.between(moved, Instant.now()).compareTo(empty ? PATIENCE_WHEN_EMPTY : PATIENCE) < 0;
            bar.show(Math.min(done, events));
        }
        bar.end();
        if (!moving && !empty) {
            out.printf(
                    "Given up: nothing has moved for %d s. TEST_LOG_LEVEL=INFO in the environment shows why.%n",
                    PATIENCE.toSeconds());
        }
    }

    private static void failIfRefused(List<? extends Future<?>> sending) throws InterruptedException {
        for (Future<?> batch : sending) {
            if (batch.isDone()) {
                try {
                    batch.get();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof BadInputException refused ? refused : new IllegalStateException(e);
                }
            }
        }
    }

    private boolean report(
            Tally found,
            boolean observe,
            Optional<Expectation> expectation,
            List<String> forwarded,
            List<DeadLetter> deadLetters,
            Duration elapsed) {
        out.println();
        ResultTable.lines(found, expectation.map(expected -> expected.tally(observe))).forEach(line -> out.println("  " + line));
        out.println();
        out.printf(
                Locale.ROOT,
                "  %,.1f s, %,.0f events/s%n",
                elapsed.toMillis() / 1000.0,
                1000.0 * found.received() / elapsed.toMillis());
        out.println("  " + ResultTable.balance(found.balance()));
        List<String> complaints = expectation
                .map(expected -> expected.complaints(forwarded, deadLetters))
                .orElse(List.of());
        complaints.forEach(complaint -> out.println("  WRONG: " + complaint));
        if (expectation.isPresent() && complaints.isEmpty()) {
            out.println("  Each event came out once, each broken one is dead-lettered for its reason");
        }
        out.println();
        return found.balance().holds() && complaints.isEmpty();
    }

    private void explainHowToGoOn(EmbeddedAws aws, SqsClient sqs) {
        String command = "    aws sqs %-15s --endpoint-url " + aws.sqsEndpoint() + " --queue-url %s%s%n";
        out.println("  Still up until Ctrl-C. Changes of the files in routes/ take effect as you save them.");
        out.println("  To send an event and see it come out:");
        out.println();
        out.printf(
                "    export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=%s%n",
                EmbeddedAws.ACCESS_KEY, EmbeddedAws.SECRET_KEY, EmbeddedAws.REGION);
        out.printf(
                command,
                "send-message",
                LocalQueue.named(sqs, INPUT).url(),
                " --message-body file://src/test/resources/samples/08-detail-user.end.json");
        out.printf(command, "receive-message", LocalQueue.named(sqs, OUTPUT).url(), "");
        out.println();
    }

    /** The wanted port if it is free, and any free one for 0. */
    private static int freePort(int wanted, String option) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BadInputException("-D%s=%d: the port is taken, choose another one".formatted(option, wanted), e);
        }
    }
}
