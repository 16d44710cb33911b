package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.DedupSqsComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The start says when an event counts as forwarded. */
@ExtendWith(EmbeddedAwsExtension.class)
class WhatCountsAsForwardedTest {

    private static final String END_OF_BLOCK =
            "it reaches the end of the idempotentConsumer block without a failure and without stop, because the route sends"
                    + " to no dedup-sqs output queue";

    @TempDir
    Path directory;

    private RouteFixture fixture;
    private Ends ends;
    private LogLines log;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        ends = new Ends(fixture);
        log = new LogLines(DedupSqsComponent.class, Level.INFO);
    }

    @AfterEach
    void stop() {
        fixture.close();
        log.close();
    }

    private String accepted() {
        return "queue " + fixture.output + " has accepted it";
    }

    /** What the log says of the route of this test; those of other tests have other ids. */
    private List<String> said() {
        String begin = "route " + fixture.input + ": an event counts as forwarded when ";
        return log.messages().stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(begin.length()))
                .toList();
    }

    private Path file() {
        return directory.resolve("dedup.camel.yaml");
    }

    private DedupApplication start(EditedRoute route) throws IOException {
        String pattern = route.in(directory);
        Files.writeString(
                file(), Files.readString(file()).replaceFirst("(?m)^( *id: )\"dedup\"", "$1\"" + fixture.input + "\""));
        return fixture.startReplica(pattern);
    }

    @Test
    void theOutputQueueDecidesIfTheRouteSendsToIt() throws Exception {
        DedupApplication replica = start(EditedRoute.shipped());
        replica.camelContext().getRouteController().stopRoute(fixture.input);
        replica.camelContext().getRouteController().startRoute(fixture.input);

        assertThat(said()).containsExactly(accepted());
    }

    @Test
    void theEndOfTheBlockDecidesIfTheRouteSendsElsewhere() throws IOException {
        DedupApplication replica = start(EditedRoute.shipped().insteadOfTheSend("- to: 'log:elsewhere'"));
        fixture.send(Ends.event("a"));
        ends.await(() -> assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L)));

        assertThat(said()).containsExactly(END_OF_BLOCK);
    }

    @Test
    void aRouteThatIsReloadedWithoutItsOutputDoesNotSendToItAnyMore() throws Exception {
        DedupApplication replica = start(EditedRoute.shipped());

        Files.writeString(
                file(), Files.readString(file()).replace("dedup-sqs:{{dedup.output-queue}}", "log:elsewhere"));
        CamelContext context = replica.camelContext();
        PluginHelper.getRoutesLoader(context).updateRoutes(ResourceHelper.resolveResource(context, "file:" + file()));
        context.getRouteController().startRoute(fixture.input);
        fixture.send(Ends.event("a"));
        ends.await(() -> assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L)));

        assertThat(said()).containsExactly(accepted(), END_OF_BLOCK);
    }

    @Test
    void aStepThatChoosesTheOutputQueueForAnEventIsKnownFromItsFirstEventOn() throws IOException {
        start(EditedRoute.shipped().insteadOfTheSend("- toD: 'dedup-sqs:{{dedup.output-queue}}'"));
        assertThat(said()).containsExactly(END_OF_BLOCK);

        fixture.send(Ends.event("a"));
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of())));

        assertThat(said()).containsExactly(END_OF_BLOCK, accepted());
    }
}
