package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The page of the local run with {@code -Dkeep}, in a browser. Debian: apt-get install chromium chromium-driver. */
@ExtendWith(EmbeddedAwsExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SAMPLES = Path.of("src/test/resources/samples");
    private static final Path PICTURES = Path.of("target");
    private static final String INPUT = "GenesysEvents";
    private static final String OUTPUT = "GenesysProcessedEvents";
    private static final String HOSTILE =
            "<script>document.title = 'hacked'</script><img src=x onerror=\\\"document.title = 'hacked'\\\">";

    /** All events of this type are one event: what comes after the first is dropped. */
    private static final String COARSE_RULE = "- match: test.coarse\n  key: [/detail/kind]\n\n";

    private static final String SENDING =
            "                    - to:\n                        uri: dedup-sqs:{{dedup.output-queue}}";

    /** Events of one type need a queue that is not there. */
    private static final String AUDITING = """
                    - filter:
                        simple: "${body} contains 'test.audited'"
                        steps:
                          - to: {id: audit, uri: "dedup-sqs:Audit"}
""";

    /** A second pipeline, which reads, writes and dead-letters elsewhere. */
    private static final String SECOND_ROUTE = """
            - route:
                id: second
                routeConfigurationId: dedup
                from:
                  uri: "dedup-sqs:SecondEvents?outputQueue=SecondProcessed&deadLetterQueue=SecondDlq&keyPrefix=second"
                  steps:
                    - split:
                        expression: {method: {ref: dedupEvents}}
                        steps:
                          - process: {ref: dedupKeys}
                          - idempotentConsumer:
                              idempotentRepository: dedupRepository
                              expression: {exchangeProperty: {expression: dedupKey}}
                              steps:
                                - to: {uri: "dedup-sqs:SecondProcessed"}
            """;

    @TempDir
    static Path directory;

    private static RouteProcess process;
    private static SqsClient sqs;
    private static ChromeDriver browser;
    private static String page;

    @BeforeAll
    static void open(EmbeddedAws aws) throws IOException {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = program("chromedriver");
        assumeTrue(
                chromium.isPresent() && driver.isPresent(),
                "No browser to look at the page with; on Debian: apt-get install chromium chromium-driver");
        Path routes = Files.createDirectory(directory.resolve("routes"));
        String shipped = Files.readString(Path.of("routes/dedup.camel.yaml"));
        assertThat(shipped).contains(SENDING);
        Files.writeString(routes.resolve("dedup.camel.yaml"), shipped.replace(SENDING, AUDITING + SENDING));
        Files.writeString(
                routes.resolve("event-keys.yaml"), COARSE_RULE + Files.readString(Path.of("routes/event-keys.yaml")));
        int port = EmbeddedAws.freePort();
        process = RouteProcess.keptLocalRun(
                aws, directory, Map.of("DEDUP_HTTP_PORT", Integer.toString(EmbeddedAws.freePort())), 300, port);
        sqs = EmbeddedAws.sqsClient(URI.create("http://127.0.0.1:" + port));
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(chromium.get().toString())
                .addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        options.setCapability("goog:loggingPrefs", console);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.get().toFile())
                        .build(),
                options);
        page = printed("page +(http://\\S+)");
        sqs.sendMessage(message -> message.queueUrl(url("GenesysEventsDlq")).messageBody("left"));
        browser.get(page);
    }

    @AfterAll
    static void close() {
        if (process != null) {
            sqs.close();
            browser.quit();
            process.close();
        }
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String printed(String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(process.output());
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    @Order(1)
    void theFiguresAreThoseThatTheLocalRunPrints() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts("#rules-sum > *"))
                .startsWith(
                        "all", printed("received +(\\S+)"), printed("forwarded +(\\S+)"), printed("duplicates +(\\S+)"))
                .contains(printed("dead-lettered +(\\S+)")));
        Matcher reasons = Pattern.compile("(?m)^ {4}([A-Z_]+) +(\\S+)").matcher(process.output());
        assertThat(reasons.find()).isTrue();
        do {
            assertThat(text("#letters"))
                    .containsPattern(reasons.group(1) + " " + reasons.group(2) + " java .* redrive --reason "
                            + reasons.group(1));
        } while (reasons.find());
        assertThat(text("#polling")).isEqualTo("Polling");
        assertThat(text("#rules-idle-title")).endsWith("rules with no events yet");
    }

    @Test
    @Order(2)
    void queuesAreShownWithTheirDepths() {
        await().atMost(PATIENCE).until(() -> text("#queues").contains("dead letters GenesysEventsDlq 1 0 0"));
    }

    @Test
    @Order(2)
    void aRuleOpensWithItsTextAndItsLine() {
        send("{\"detail-type\":\"test.coarse\",\"detail\":{\"kind\":\"k\",\"state\":1}}");
        await().atMost(PATIENCE).until(() -> text("#rules-seen").contains("test.coarse"));
        browser.findElement(By.cssSelector("[data-rule='test.coarse']")).sendKeys(Keys.ENTER);
        await().atMost(PATIENCE).until(() -> browser.findElement(By.id("rule")).isDisplayed());
        assertThat(text("#rule-place")).isEqualTo("routes/event-keys.yaml, line 1");
        assertThat(text("#rule-text")).isEqualTo(COARSE_RULE.strip());
        browser.findElement(By.id("rule-text")).sendKeys(Keys.ESCAPE);
        assertThat(browser.findElement(By.id("rule")).isDisplayed()).isFalse();
    }

    @Test
    @Order(2)
    void aCoarseRuleShowsItsFields() {
        for (int state = 1; state <= 3; state++) {
            send("{\"detail-type\":\"test.coarse\",\"detail\":{\"kind\":\"fields\",\"state\":%d}}".formatted(state));
        }
        String row = "#rules-seen tr:has([data-rule='test.coarse'])";
        await().atMost(PATIENCE).until(() -> text("#rules-seen").contains("/detail/state 2"));
        assertThat(texts(row + " td:nth-child(6)")).containsExactly("2");
        assertThat(text("#decisions")).contains("differs in /detail/state");
    }

    @Test
    @Order(2)
    void aHostileEventTypeIsShownAsText() {
        send("{\"detail-type\":\"%s\",\"detail\":{\"n\":1}}".formatted(HOSTILE));
        await().atMost(PATIENCE).until(() -> text("#decisions").contains("<script>document.title = 'hacked'</script>"));
        assertThat(browser.getTitle()).isEqualTo("Event Dedup");
        assertThat(browser.findElements(By.cssSelector("#decisions script, #decisions img")))
                .isEmpty();
    }

    @Test
    @Order(2)
    void decisionsAreFilteredByOutcome() {
        send("no event");
        await().atMost(PATIENCE).until(() -> text("#decisions").contains("INVALID_JSON"));
        Select outcome = new Select(browser.findElement(By.id("by-outcome")));
        outcome.selectByValue("dead_letter");
        assertThat(texts("#decisions td:nth-child(2)")).isNotEmpty().allMatch(text -> text.startsWith("dead_letter"));
        outcome.selectByIndex(0);
        assertThat(texts("#decisions td:nth-child(2)")).anyMatch("forwarded"::equals);
    }

    @Test
    @Order(2)
    void oneEventIsExplainedAndTwoAreCompared() throws IOException {
        paste("a", "17-routingStatus-1-IDLE.json");
        paste("b", null);
        ask("v2.users.{id}.routingStatus (line ");
        assertThat(text("#answer")).contains("/detail/eventBody/routingStatus/startTime", "window 14d");

        paste("b", "17-routingStatus-3-IDLE-again-NOT-a-duplicate.json");
        ask("Two different events");
        assertThat(texts("#answer tr:has(.differs) th")).contains("/detail/eventBody/routingStatus/startTime", "hash");

        paste("a", "08-detail-user.end.json");
        paste("b", "v4-user.end-SAME-sns-wrapped.json");
        ask("The same event");
        assertThat(browser.findElements(By.cssSelector("#answer .differs"))).isEmpty();

        browser.executeScript("document.getElementById('b').value = '[1, 2]'");
        ask("B: holds 2 events, not one");
    }

    @Test
    @Order(3)
    void itHasNoSeriousFaultOfAccessibilityAndFitsEveryWidth() throws IOException {
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {360, 1400}) {
                look(scheme, width);
                assertThat((Long) browser.executeScript(
                                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as("%s, %d px", scheme, width)
                        .isZero();
                picture("page-" + scheme + "-" + width + ".png");
            }
            assertThat(new AxeBuilder().analyze(browser).getViolations())
                    .filteredOn(violation -> Set.of("serious", "critical").contains(violation.getImpact()))
                    .extracting(Rule::getId, Rule::getNodes)
                    .as(scheme)
                    .isEmpty();
        }
        look("light", 1400);
    }

    @Test
    @Order(4)
    void anOutageIsShownAndGoes() {
        sqs.deleteQueue(queue -> queue.queueUrl(url(OUTPUT)));
        send("{\"detail-type\":\"test.event\",\"detail\":{\"late\":true}}");
        await().atMost(PATIENCE).until(() -> text("#polling").startsWith("Polling stopped at "));
        assertThat(text("#polling")).contains("did not accept a message");
        assertThat(text("#facts")).contains("next check");

        sqs.createQueue(queue -> queue.queueName(OUTPUT));
        await().atMost(PATIENCE).until(() -> text("#polling").equals("Polling"));
    }

    @Test
    @Order(5)
    void anUnavailableStepIsShownAndGoes() throws IOException {
        for (int i = 0; i < 6; i++) {
            send("{\"detail-type\":\"test.audited\",\"detail\":{\"n\":%d}}".formatted(i));
        }
        await().atMost(PATIENCE).until(() -> text("#polling").contains("Step audit has been unavailable since "));
        await().atMost(PATIENCE).until(() -> texts("#facts > div").stream()
                .anyMatch(fact -> fact.matches("messages waiting\\s+[1-6]")));
        assertThat(text("#facts")).contains("next try of step audit");
        picture("page-step.png");
        await().atMost(PATIENCE).until(() -> text("#polling").startsWith("Polling stopped at "));
        assertThat(text("#polling")).contains(": StepUnavailableException: step audit is unavailable (");

        sqs.createQueue(queue -> queue.queueName("Audit"));
        await().atMost(PATIENCE).until(() -> text("#polling").equals("Polling"));
        assertThat(text("#facts")).doesNotContain("audit", "waiting");
    }

    @Test
    @Order(6)
    void severalRoutesAreToldApart() throws IOException {
        List.of("SecondEvents", "SecondProcessed", "SecondDlq")
                .forEach(name -> sqs.createQueue(queue -> queue.queueName(name)));
        Files.writeString(directory.resolve("routes/second.camel.yaml"), SECOND_ROUTE);
        await().atMost(PATIENCE)
                .until(() -> Set.copyOf(texts("#polling p")).equals(Set.of("dedup: Polling", "second: Polling")));

        sqs.sendMessage(message -> message.queueUrl(url("SecondEvents"))
                .messageBody("{\"detail-type\":\"test.coarse\",\"detail\":{\"kind\":\"second\"}}"));
        await().atMost(PATIENCE).until(() -> texts("#rules-seen th").contains("second: test.coarse"));
        assertThat(texts("#rules-seen th")).contains("dedup: test.coarse");

        sqs.deleteQueue(queue -> queue.queueUrl(url("SecondProcessed")));
        sqs.sendMessage(message -> message.queueUrl(url("SecondEvents"))
                .messageBody("{\"detail-type\":\"test.event\",\"detail\":{\"second\":true}}"));
        await().atMost(PATIENCE).until(() -> texts("#polling p").stream()
                .anyMatch(line -> line.startsWith("second: Polling stopped at ")));
        assertThat(texts("#polling p")).contains("dedup: Polling");
        assertThat(text("#facts")).contains("second: next check");
        look("light", 360);
        assertThat((Long) browser.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isZero();
        picture("page-several-360.png");
        look("light", 1400);
        picture("page-several-1400.png");

        sqs.createQueue(queue -> queue.queueName("SecondProcessed"));
        await().atMost(PATIENCE).until(() -> texts("#polling p").contains("second: Polling"));
    }

    /** All that has happened until here, so that the processes' end may fill the console. */
    @Test
    @Order(7)
    void theBrowserHasNothingToComplainOf() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .extracting(entry -> entry.getMessage())
                .allMatch(message -> message.contains("/favicon.ico") || message.contains("/api/compare"));
    }

    @Test
    @Order(8)
    void theEndOfTheProcessIsShown() {
        process.close();
        await().atMost(PATIENCE).until(() -> browser.findElement(By.id("gone")).isDisplayed());
        assertThat(text("#gone")).startsWith("No response since ");
    }

    private static void send(String body) {
        sqs.sendMessage(message -> message.queueUrl(url(INPUT)).messageBody(body));
    }

    private static String url(String queue) {
        return sqs.getQueueUrl(request -> request.queueName(queue)).queueUrl();
    }

    private static void paste(String field, String sample) throws IOException {
        browser.executeScript(
                "document.getElementById(arguments[0]).value = arguments[1]",
                field,
                sample == null ? "" : Files.readString(SAMPLES.resolve(sample)));
    }

    private static void ask(String answer) {
        browser.findElement(By.id("ask")).click();
        await().atMost(PATIENCE).until(() -> text("#answer").contains(answer));
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }

    private static List<String> texts(String selector) {
        return ((List<?>) browser.executeScript(
                        "return [...document.querySelectorAll(arguments[0])].map(found => found.innerText)", selector))
                .stream().map(String::valueOf).toList();
    }

    private static void look(String scheme, int width) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    private static void picture(String file) throws IOException {
        Map<String, Object> answer =
                browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(PICTURES.resolve(file), Base64.getDecoder().decode((String) answer.get("data")));
    }
}
