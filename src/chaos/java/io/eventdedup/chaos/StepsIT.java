package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UsableEvent;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import io.eventdedup.event.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Every step that a user may put into the route, working, failing for an event, and unavailable for all: each event ends once, where
 * src/docs/steps.md says.
 *
 * <p>Each row of {@code steps/rows.yaml} is the shipped route with its own input queue and its own steps. All of them run in one
 * process, at the same time.
 */
@ExtendWith(EmbeddedAwsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path ROWS = Path.of("src/test/resources/steps/rows.yaml");
    private static final Path SHARED = Path.of("src/test/resources/steps/shared.camel.yaml");
    private static final String REFUSED = "refused at the start";
    private static final String WAITS = "waits";
    private static final String IN_MEMORY = "filtered or waits";

    /** More than make an outage. */
    private static final int EVENTS_IN_OUTAGE = 5;

    /** Longer than it takes to dead-letter an event by its attempts. */
    private static final Duration OUTAGE = Duration.ofSeconds(25);

    private static final String WORKING_STEP = "{setProperty: {name: seen, constant: \"yes\"}}";
    private static final String FAILING_STEP =
            "{throwException: {exceptionType: java.lang.IllegalStateException, message: \"cannot ${body}\"}}";
    private static final String UNAVAILABLE_STEP = "{process: {ref: service}}";
    private static final String OUT = "{to: \"dedup-sqs:{{dedup.output-queue}}\"}";

    /** A row of the table. */
    record Row(
            String step,
            String configuration,
            String above,
            String block,
            String below,
            String works,
            String fails,
            String unavailable,
            boolean risk) {

        /** What fails behind an in-memory step is no event of ours any more, and Camel logs its message. */
        String failingStep() {
            return risk ? FAILING_STEP.replace(" ${body}", "") : FAILING_STEP;
        }
    }

    /** How the step of a row is in a run; the names of the routes that its row leads to. */
    enum Step {
        WORKS,
        FAILS,
        UNAVAILABLE;

        String target() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One run of a row. */
    record Run(Row row, Step step, String queue, String end) {

        String name() {
            return row.step + (step == Step.WORKS ? "" : ", " + step.target());
        }

        boolean isOutage() {
            return step == Step.UNAVAILABLE;
        }

        List<String> events() {
            return IntStream.rangeClosed(1, isOutage() ? EVENTS_IN_OUTAGE : 1)
                    .mapToObj(n -> "{\"detail-type\":\"test.step\",\"detail\":{\"run\":\"" + queue + "\",\"text\":\""
                            + Load.CONTENT + "\",\"n\":" + n + "}}")
                    .toList();
        }

        Set<String> keys() {
            KeyRules rules = KeyRules.load(KeyRules.FILE, Duration.ofMinutes(5));
            return events().stream()
                    .map(body -> (UsableEvent) new EventSplitter().split(body).get(0))
                    .map(event -> rules.keyOf(event).hash())
                    .collect(Collectors.toSet());
        }

        String stepText() {
            return switch (step) {
                case WORKS -> WORKING_STEP;
                case FAILS -> row.failingStep();
                case UNAVAILABLE -> UNAVAILABLE_STEP;
            };
        }

        @Override
        public String toString() {
            return name();
        }
    }


    private List<Row> rows;
    private List<Run> runs;
    private RouteFixture fixture;
    private Monitor monitor;
    private LogLines log;
    private final List<Message> out = new ArrayList<>();
    private final List<Message> letters = new ArrayList<>();

    /** What had been sent before the service was switched on, and which queues were not empty. */
    private List<Message> outInOutage;

    private Set<Run> waiting;

    @BeforeAll
    void sendAnEventToEachAndWaitForItsEnd(EmbeddedAws aws, @TempDir Path directory) throws Exception {
        rows = rows();
        fixture = new RouteFixture(aws)
                .with("dedup.max-attempts", "3")
                .with("dedup.pollers", "1")
                .with("dedup.workers", "2");
        runs = runs();
        StringBuilder routes = new StringBuilder(
                Files.readString(SHARED).replace("routeConfigurationId: dedup", "routeConfigurationId: " + configuration()));
        routes.append(configurationText());
        for (Run run : runs) {
            fixture.createQueue(run.queue());
            routes.append(route(run));
        }
        Files.writeString(directory.resolve("rows.camel.yaml"), routes);
        log = LogLines.ofEverything(Level.INFO);
        DedupApplication replica = fixture.startReplica("file:" + directory + "/*.camel.yaml");
        monitor = DedupParts.of(replica.camelContext()).monitor().orElseThrow();

        runs.forEach(run -> run.events().forEach(event -> fixture.sqs()
                .sendMessage(send -> send.queueUrl(fixture.url(run.queue())).messageBody(event))));

        awaitEnds(runs.stream().filter(run -> !run.end().contains(WAITS)).toList());
        Thread.sleep(OUTAGE.toMillis());
        outInOutage = fixture.drain(fixture.output);
        waiting = runs.stream().filter(run -> fixture.size(run.queue()) > 0).collect(Collectors.toSet());
        replica.camelContext().getRegistry().lookupByNameAndType("service", SwitchedService.class).switchOn();
        awaitEnds(runs);
        out.addAll(outInOutage);
        out.addAll(fixture.drain(fixture.output));
        letters.addAll(fixture.drain(fixture.deadLetters));
    }

    private void awaitEnds(List<Run> some) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(some)
                        .filteredOn(run -> fixture.size(run.queue()) > 0)
                        .as("not ended")
                        .isEmpty());
    }

    @AfterAll
    void stop() {
        log.close();
        fixture.close();
    }

    /** The route configuration of our own that the routes name. */
    String configuration() {
        return "dedup";
    }

    /** Its text, if it does not come along. */
    String configurationText() throws IOException {
        return "";
    }

    static List<Row> rows() throws IOException {
        List<Map<String, Object>> table =
                new ObjectMapper(new YAMLFactory()).readerForListOf(Map.class).readValue(ROWS.toFile());
        return table.stream()
                .map(row -> new Row(
                        (String) row.get("step"),
                        (String) row.getOrDefault("configuration", "dedup"),
                        (String) row.getOrDefault("above", ""),
                        (String) row.get("block"),
                        (String) row.getOrDefault("below", ""),
                        (String) row.get("works"),
                        (String) row.get("fails"),
                        (String) row.get("unavailable"),
                        Boolean.TRUE.equals(row.get("risk"))))
                .toList();
    }

    private List<Run> runs() {
        List<Run> all = new ArrayList<>();
        for (Row row : rows.stream().filter(row -> !row.works().equals(REFUSED)).toList()) {
            String queue = "row-" + rows.indexOf(row) + "-" + fixture.input;
            all.add(new Run(row, Step.WORKS, queue, row.works()));
            if (row.fails() != null) {
                all.add(new Run(row, Step.FAILS, queue + "-fails", row.fails()));
            }
            if (row.unavailable() != null) {
                all.add(new Run(row, Step.UNAVAILABLE, queue + "-unavailable", row.unavailable()));
            }
        }
        return all;
    }

    /** The shipped route with another id, another input queue, and the row's steps in the place of the sending. */
    private String route(Run run) throws IOException {
        String shipped = Files.readString(Path.of("routes/dedup.camel.yaml"));
        String sending = "                    - to:\n                        uri: dedup-sqs:{{dedup.output-queue}}\n";
        assertThat(shipped).contains(sending);
        return "\n"
                + shipped.replace("id: dedup\n    desc", "id: " + run.queue() + "\n    desc")
                        .replace("routeConfigurationId: dedup", "routeConfigurationId: \"" + configuration(run) + "\"")
                        .replace("{{dedup.input-queue}}", run.queue())
                        .replace(sending, steps(run, run.row().block()).indent(20))
                        .replaceFirst(
                                "(?m)^      steps:\n",
                                Matcher.quoteReplacement(
                                        "      steps:\n" + steps(run, run.row().above()).indent(8)))
                + steps(run, run.row().below()).indent(8);
    }

    private String configuration(Run run) {
        return run.row()
                .configuration()
                .replace("TARGET", run.step().target())
                .replace("dedup", configuration());
    }

    private static String steps(Run run, String template) {
        return template.replace("STEP", run.stepText())
                .replace("TARGET", run.step().target())
                .replace("SECONDS", run.isOutage() ? "1" : "600")
                .replace("OUT", OUT);
    }

    Stream<Run> allRuns() {
        return runs.stream();
    }

    @ParameterizedTest
    @MethodSource("allRuns")
    void anEventEndsOnceWhereTheTableSays(Run run) {
        long sent = of(run, out).count();
        long lettered = of(run, letters).count();
        if (run.isOutage()) {
            long all = EVENTS_IN_OUTAGE * messagesOfOneEvent(run.row().works());
            if (run.end().equals(IN_MEMORY)) {
                assertThat(List.of(of(run, outInOutage).count(), lettered)).containsExactly(0L, 0L);
                return;
            }
            assertThat(List.of(sent, lettered)).as("sent, dead-lettered").containsExactly(all, 0L);
            if (!run.end().equals("forwarded or waits")) {
                assertThat(waiting.contains(run)).as("waited for the step").isEqualTo(run.end().equals(WAITS));
                assertThat(of(run, outInOutage).count()).as("sent in the outage").isEqualTo(waiting.contains(run) ? 0 : all);
            }
            return;
        }
        switch (run.end()) {
            case "forwarded" -> assertThat(List.of(sent, lettered)).containsExactly(1L, 0L);
            case "forwarded, 4 messages" -> assertThat(List.of(sent, lettered)).containsExactly(4L, 0L);
            case "dead-lettered as a whole" -> {
                assertThat(sent).isZero();
                assertThat(letters)
                        .filteredOn(letter -> !letter.messageAttributes().containsKey("dedupKey"))
                        .singleElement()
                        .satisfies(letter -> assertThat(run.events()).containsExactly(letter.body()));
            }
            case "dead-lettered" -> assertThat(List.of(sent, lettered)).containsExactly(0L, 1L);
            case "dead-lettered or forwarded" -> assertThat(sent + lettered).as("%d sent, %d dead letters", sent, lettered).isOne();
            case "filtered" -> assertThat(List.of(sent, lettered)).containsExactly(0L, 0L);
            case "filtered or dead-lettered" -> assertThat(sent).isZero();
            case "sent, and counted as filtered or forwarded" ->
                assertThat(List.of(sent, lettered)).containsExactly(1L, 0L);
            default -> throw new IllegalStateException(run.end());
        }
    }

    private static long messagesOfOneEvent(String works) {
        return works.equals("filtered") ? 0 : works.equals("forwarded, 4 messages") ? 4 : 1;
    }

    @ParameterizedTest
    @MethodSource("refusedRows")
    void whatCamelTakesOnlyAtTheTopOfARouteStopsTheStart(Row row, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("row.camel.yaml"), route(new Run(row, Step.WORKS, "row", REFUSED)));

        assertThat(DedupApplication.problemOf(fixture.settings(), "file:" + directory + "/*.camel.yaml"))
                .hasValueSatisfying(problem -> assertThat(problem).contains("top-level"));
    }

    static Stream<Row> refusedRows() throws IOException {
        return rows().stream().filter(row -> row.works().equals(REFUSED));
    }

    @Test
    void theOutcomesAreCountedAsTheyAre() {
        long forwarded = monitor.total(Outcome.FORWARDED);
        assertThat(forwarded)
                .isBetween(
                        ending("forwarded"),
                        ending("forwarded") + ending("sent") + ending("dead-lettered or forwarded"));
        assertThat(monitor.total(Outcome.DEAD_LETTER)).isEqualTo(letters.size());
        assertThat(monitor.total(Outcome.FILTERED))
                .isEqualTo(runs.stream().mapToLong(run -> run.events().size()).sum() - forwarded - letters.size());
        assertThat(monitor.total(Outcome.DUPLICATE)).isZero();
    }

    @Test
    void pollingStoppedWhereEventsWaitedForAStepAndWhereNothingWasUnavailableItDidNot() {
        List<String> stopped = log.messages().stream()
                .filter(line -> line.startsWith("Polling of ") && line.contains(" stopped"))
                .map(line -> line.split(" ")[2])
                .toList();
        assertThat(stopped).containsAll(queues(run -> run.end().equals(WAITS)));
        assertThat(stopped).doesNotContainAnyElementsOf(queues(run -> !run.isOutage()));
    }

    private List<String> queues(Predicate<Run> which) {
        return runs.stream().filter(which).map(Run::queue).toList();
    }

    @Test
    void aForwardedMessageHasItsKeyAndItsTypeWhateverTheStepsDid() {
        assertThat(out)
                .allSatisfy(message -> assertThat(message.messageAttributes()).containsKeys("dedupKey", "eventType"));
    }

    @Test
    void noLineOfTheLogAndNoDeadLettersAttributeHasContentOfAnEvent() {
        assertThat(log.messages()).isNotEmpty().noneMatch(line -> line.contains(Load.CONTENT));
        assertThat(letters).allSatisfy(letter -> assertThat(
                        letter.messageAttributes().toString())
                .doesNotContain(Load.CONTENT));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatCannotBeMadeSafeIsToldAtStart(Row row) {
        Optional<String> warning = log.messages().stream()
                .filter(line -> line.contains("Route row-" + rows.indexOf(row) + "-"))
                .filter(line -> line.contains("risk"))
                .findFirst();
        assertThat(warning.isPresent()).as("%s", warning).isEqualTo(row.risk());
    }

    @Test
    void theDocumentationHasTheseRows() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("src/docs/steps.md")).stream()
                .dropWhile(line -> !line.startsWith("| Step"))
                .skip(2)
                .map(line -> Arrays.stream(line.split("\\|")).skip(1).limit(4).map(String::trim).toList())
                .map(cells -> String.join(" | ", cells))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(rows.stream()
                        .map(row -> row.step() + " | " + row.works() + " | "
                                + Optional.ofNullable(row.fails()).orElse("–") + " | "
                                + Optional.ofNullable(row.unavailable()).orElse("–"))
                        .toList());
    }

    private long ending(String how) {
        return runs.stream()
                .filter(run -> (run.end().contains(WAITS) ? run.row().works() : run.end()).startsWith(how))
                .mapToLong(run -> run.events().size())
                .sum();
    }

    private static Stream<Message> of(Run run, List<Message> messages) {
        Set<String> keys = run.keys();
        return messages.stream()
                .filter(message -> message.messageAttributes().containsKey("dedupKey"))
                .filter(message -> keys.contains(
                        message.messageAttributes().get("dedupKey").stringValue()));
    }
}
