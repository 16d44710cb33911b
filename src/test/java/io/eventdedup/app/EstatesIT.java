package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Estates that Event Dedup is a guest in: the projects in src/it, which have nothing of this one but the installed artifact. The
 * build has built each by itself; here they run as processes, on the emulators of the tests.
 */
@ExtendWith(EmbeddedAwsExtension.class)
class EstatesIT {

    private static final Path ESTATES = Path.of(System.getProperty("estates.directory"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MOST_JARS = 10;
    private static final String EVENT = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":%d}}";

    @TempDir
    Path directory;

    private EmbeddedAws aws;
    private SqsClient sqs;
    private DynamoDbClient dynamoDb;

    @BeforeEach
    void connect(EmbeddedAws embedded) {
        aws = embedded;
        sqs = aws.sqsClient();
        dynamoDb = aws.dynamoDbClient();
    }

    @AfterEach
    void disconnect() {
        sqs.close();
        dynamoDb.close();
    }

    @Test
    void aDependencyBringsWhatCamelsAwsComponentsBringAndAtMostTenJars() throws IOException {
        Set<String> more = librariesIn("jars/event-dedup");
        more.removeAll(librariesIn("jars/camel-aws"));

        assertThat(more).contains("genesys-event-dedup").hasSizeLessThanOrEqualTo(1 + MOST_JARS);
    }

    @Test
    void anEstateWithTheRepositoryAloneStaysAsItIs() throws Exception {
        new ClaimTable(dynamoDb, "SeenOrders").createIfMissing();
        int port = EmbeddedAws.freePort();
        // a setting that would stop the route
        try (RouteProcess orders =
                run("repository-alone", "orders.Orders", Map.of("DEDUP_LEASE", "1h"), "-Dorders.port=" + port)) {
            awaitIn(orders, () -> orders.output().contains("All orders have come"));

            assertThat(count(orders, "A new order in orders")).isEqualTo(1);
            assertThat(orders.output()).contains("(orders) started").doesNotContain("WARN", "ERROR");
            String health = get("http://127.0.0.1:" + port + "/orders/health");
            assertThat(health).contains("\"context\"").contains("\"UP\"").doesNotContain("event-dedup");
            assertThat(RouteProcess.instances(orders.pid()))
                    .containsKey("io.eventdedup.dynamodb.DynamoDbIdempotentRepository")
                    .doesNotContainKeys(
                            "software.amazon.awssdk.services.sqs.DefaultSqsClient",
                            "io.eventdedup.sqs.DedupSqsComponent",
                            "io.eventdedup.sqs.Gate",
                            "io.eventdedup.route.Settings",
                            "io.eventdedup.route.Monitor");
            assertThat(RouteProcess.jcmd(orders.pid(), "Thread.print").filter(line -> line.contains(" - dedup-")))
                    .allMatch(line -> line.contains("dedup-claims"));
        }
    }

    @Test
    void theRouteInASpringBootEstateWithItsOwnRoutesAndItsOwnErrorHandler() throws Exception {
        createQueues("spring-", "events", "processed", "dead", "work", "audit", "graveyard", "refused");
        createQueueWithRedrive("spring-other");
        new ClaimTable(dynamoDb, "SpringEventDedup").createIfMissing();
        send("spring-work", IntStream.range(0, 50).mapToObj(EVENT::formatted));
        send("spring-events", Stream.of(EVENT.formatted(1), EVENT.formatted(1), EVENT.formatted(2), "no event"));
        send("spring-other", Stream.of("fails"));
        send("spring-refused", Stream.of("fails too"));
        int port = EmbeddedAws.freePort();
        try (RouteProcess estate = run("spring-boot", "estate.Estate", Map.of("ESTATE_PORT", Integer.toString(port)))) {
            awaitIn(estate, () -> isEmpty("spring-work") && isEmpty("spring-events") && isEmpty("spring-refused"));
            awaitIn(estate, () -> size("spring-other-dead") == 1);

            assertThat(bodies("spring-audit")).hasSize(50).doesNotHaveDuplicates();
            assertThat(bodies("spring-processed")).containsExactlyInAnyOrder(EVENT.formatted(1), EVENT.formatted(2));
            assertThat(bodies("spring-dead")).containsExactly("no event");
            // theirs: a redrive policy, and an error handler with redeliveries
            assertThat(count(estate, "Received from other")).isEqualTo(2);
            assertThat(bodies("spring-graveyard")).containsExactly("fails too");
            assertThat(estate.output()).contains("(estate) started");
            assertActuatorShowsTheRoute(estate, port, "spring-processed", "spring-events");
        }
    }

    @Test
    void theRouteInOneFileAndTheEstatesOwnInAnother() throws Exception {
        createQueues("main-", "events", "processed", "dead", "audit");
        createQueueWithRedrive("main-other");
        new ClaimTable(dynamoDb, "MainEventDedup").createIfMissing();
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("dedup.camel.yaml"),
                Files.readString(Path.of("routes/dedup.camel.yaml"))
                        .replaceFirst(
                                "(?m)^( *)- to:\n *uri: dedup-sqs:\\{\\{dedup.output-queue}}",
                                "$1- to: {uri: aws2-sqs:main-audit}\n$0"));
        send("main-events", IntStream.range(0, 100).mapToObj(n -> EVENT.formatted(n / 2)));
        send("main-other", Stream.of("fails"));
        try (RouteProcess estate = run("camel-main", "estate.Estate", Map.of())) {
            awaitIn(estate, () -> isEmpty("main-events") && size("main-other-dead") == 1);

            assertThat(bodies("main-audit")).hasSize(50).doesNotHaveDuplicates();
            assertThat(bodies("main-processed")).hasSize(50).doesNotHaveDuplicates();
            assertThat(bodies("main-dead")).isEmpty();
            assertThat(count(estate, "Received from other")).isEqualTo(2);
            assertThat(estate.output()).contains("(estate) started");
        }
    }

    @Test
    void theRouteOnThePreviousLtsReleaseOfCamelWithTheOptionsOfItsComponents() throws Exception {
        createQueues("lts-", "events", "processed", "dead");
        new ClaimTable(dynamoDb, "LtsEventDedup").createIfMissing();
        send("lts-events", Stream.of(EVENT.formatted(1), EVENT.formatted(1), EVENT.formatted(2), "no event"));
        try (RouteProcess estate = run("camel-main-4.14", "estate.Estate", withoutDefaultChains())) {
            assertForwardsEachOnce(estate, "lts-");

            assertThat(estate.output()).contains("Apache Camel 4.14.1 (estate) started");
            String meters = estate.output()
                    .lines()
                    .filter(line -> line.startsWith("Meters: "))
                    .findFirst()
                    .orElse("");
            assertThat(meters).contains("dedup.events", "dedup.gate.closed", "dedup.copies", "dedup.claim");
            // its table is missing, which stops this route and no other
            assertThat(estate.output()).contains("Started dedup (dedup-sqs://lts-events)", "Restarting late");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "estates.more", matches = "\\*.*")
    void theRouteOnTheNewestCamelAndSpringBoot() throws Exception {
        createQueues("boot4-", "events", "processed", "dead");
        new ClaimTable(dynamoDb, "Boot4EventDedup").createIfMissing();
        send("boot4-events", Stream.of(EVENT.formatted(1), EVENT.formatted(1), EVENT.formatted(2), "no event"));
        int port = EmbeddedAws.freePort();
        Map<String, String> environment = new HashMap<>(withoutDefaultChains());
        environment.put("ESTATE_PORT", Integer.toString(port));
        try (RouteProcess estate = run("spring-boot-4", "estate.Estate", environment)) {
            assertForwardsEachOnce(estate, "boot4-");

            assertThat(estate.output()).contains("Apache Camel 4.22.0 (estate) started", "(v4.0.7)");
            assertActuatorShowsTheRoute(estate, port, "boot4-processed", "boot4-events");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "estates.more", matches = "\\*.*")
    void theRouteOnQuarkusInJvmMode() throws Exception {
        createQueues("quarkus-", "events", "processed", "dead");
        new ClaimTable(dynamoDb, "QuarkusEventDedup").createIfMissing();
        send("quarkus-events", Stream.of(EVENT.formatted(1), EVENT.formatted(1), EVENT.formatted(2), "no event"));
        Path application = ESTATES.resolve("quarkus/target/quarkus-app/quarkus-run.jar");
        try (RouteProcess estate = RouteProcess.run(
                aws,
                directory,
                withoutDefaultChains(),
                List.of(RouteProcess.java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", application.toString()))) {
            assertForwardsEachOnce(estate, "quarkus-");

            assertThat(estate.output()).contains("powered by Quarkus 3.33.2", "Apache Camel 4.18.0 (estate) started");
        }
    }

    /** Of two copies, another event and what is no event. */
    private void assertForwardsEachOnce(RouteProcess estate, String prefix) {
        awaitIn(estate, () -> isEmpty(prefix + "events"));

        assertThat(bodies(prefix + "processed")).containsExactlyInAnyOrder(EVENT.formatted(1), EVENT.formatted(2));
        assertThat(bodies(prefix + "dead")).containsExactly("no event");
    }

    /** The estate has clients or options of its own; what the AWS SDK finds by itself answers nothing. */
    private Map<String, String> withoutDefaultChains() {
        String nobody = "http://127.0.0.1:1";
        return Map.of(
                "AWS_ENDPOINT_URL_SQS",
                nobody,
                "AWS_ENDPOINT_URL_DYNAMODB",
                nobody,
                "AWS_REGION",
                "us-east-1",
                "ESTATE_SQS",
                aws.sqsEndpoint().toString(),
                "ESTATE_DYNAMODB",
                aws.dynamoDbEndpoint().toString());
    }

    /** The route's meters, and readiness that goes down while the output queue is missing. */
    private void assertActuatorShowsTheRoute(RouteProcess estate, int port, String output, String input)
            throws Exception {
        String actuator = "http://127.0.0.1:" + port + "/actuator/";
        assertThat(get(actuator + "prometheus"))
                .contains("dedup_copies_total{", "dedup_confirm_pending{")
                .containsPattern("dedup_gate_closed\\{pipeline=\"[^\"]+\"} 0.0")
                .containsPattern("dedup_events_total\\{outcome=\"forwarded\",pipeline=\"[^\"]+\",rule=\"[^\"]+\"} 2.0");
        assertThat(status(actuator + "health/readiness")).isEqualTo(200);
        sqs.deleteQueue(queue -> queue.queueUrl(url(output)));
        send(input, Stream.of(EVENT.formatted(3)));
        awaitIn(estate, () -> status(actuator + "health/readiness") == 503);
        assertThat(status(actuator + "health/liveness")).isEqualTo(200);
        sqs.createQueue(queue -> queue.queueName(output));
        awaitIn(estate, () -> status(actuator + "health/readiness") == 200);
        awaitIn(estate, () -> size(output) == 1);
    }

    private RouteProcess run(String estate, String mainClass, Map<String, String> environment, String... options) {
        Path target = ESTATES.resolve(estate).resolve("target");
        List<String> command = new ArrayList<>(
                List.of(RouteProcess.java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp", target.resolve("classes") + File.pathSeparator + target.resolve("lib") + "/*", mainClass));
        return RouteProcess.run(aws, directory, environment, command);
    }

    private static void awaitIn(RouteProcess estate, java.util.concurrent.Callable<Boolean> condition) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                assertThat(estate.isAlive()).isTrue();
                return condition.call();
            });
        } catch (org.awaitility.core.ConditionTimeoutException | AssertionError late) {
            throw new AssertionError(estate.output(), late);
        }
    }

    private static Set<String> librariesIn(String estate) throws IOException {
        try (Stream<Path> jars = Files.list(ESTATES.resolve(estate).resolve("target/lib"))) {
            return jars.map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static long count(RouteProcess estate, String text) {
        return estate.output().lines().filter(line -> line.contains(text)).count();
    }

    private static String get(String url) throws IOException, InterruptedException {
        return answer(url).body();
    }

    private static int status(String url) throws IOException, InterruptedException {
        return answer(url).statusCode();
    }

    private static HttpResponse<String> answer(String url) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void createQueues(String prefix, String... names) {
        Stream.of(names).forEach(name -> sqs.createQueue(queue -> queue.queueName(prefix + name)));
    }

    /** What is received twice goes to a queue whose name ends in -dead. */
    private void createQueueWithRedrive(String name) {
        String dead = sqs.createQueue(queue -> queue.queueName(name + "-dead")).queueUrl();
        String arn = sqs.getQueueAttributes(queue -> queue.queueUrl(dead).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        sqs.createQueue(queue -> queue.queueName(name)
                .attributes(Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        "1",
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":2}")));
    }

    private void send(String queue, Stream<String> bodies) {
        bodies.forEach(
                body -> sqs.sendMessage(message -> message.queueUrl(url(queue)).messageBody(body)));
    }

    private boolean isEmpty(String queue) {
        return size(queue) == 0;
    }

    private int size(String queue) {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url(queue))
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private List<String> bodies(String queue) {
        List<String> bodies = new ArrayList<>();
        List<Message> some;
        do {
            some = sqs.receiveMessage(receive -> receive.queueUrl(url(queue)).maxNumberOfMessages(10))
                    .messages();
            some.forEach(message -> bodies.add(message.body()));
        } while (!some.isEmpty());
        return bodies;
    }

    private String url(String queue) {
        return sqs.getQueueUrl(request -> request.queueName(queue)).queueUrl();
    }
}
