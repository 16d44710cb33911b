package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.DedupSqsComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The start says when an event counts as forwarded. */
@ExtendWith(EmbeddedAwsExtension.class)
class WhatCountsAsForwardedTest {

    private static final String END_OF_BLOCK =
            "route dedup: an event counts as forwarded when it has come to the end of the"
                    + " idempotentConsumer's block without failure and without stop, because the route sends to no dedup-sqs output"
                    + " queue";

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

    private String byTheOutput() {
        return "route dedup: an event counts as forwarded when queue " + fixture.output + " has accepted it";
    }

    @Test
    void theOutputQueueDecidesIfTheRouteSendsToIt() throws Exception {
        DedupApplication replica = fixture.startReplica();
        replica.camelContext().getRouteController().stopRoute("dedup");
        replica.camelContext().getRouteController().startRoute("dedup");

        assertThat(log.messages()).containsExactly(byTheOutput());
    }

    @Test
    void theEndOfTheBlockDecidesIfTheRouteSendsElsewhere() {
        DedupApplication replica = fixture.startReplica(
                EditedRoute.shipped().insteadOfTheSend("- to: 'log:elsewhere'").in(directory));
        fixture.send(Ends.event("a"));
        ends.await(() -> assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L)));

        assertThat(log.messages()).containsExactly(END_OF_BLOCK);
    }

    @Test
    void aStepThatChoosesTheOutputQueueForAnEventIsKnownFromItsFirstEventOn() {
        fixture.startReplica(EditedRoute.shipped()
                .insteadOfTheSend("- toD: 'dedup-sqs:{{dedup.output-queue}}'")
                .in(directory));
        assertThat(log.messages()).containsExactly(END_OF_BLOCK);

        fixture.send(Ends.event("a"));
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of())));

        assertThat(log.messages()).containsExactly(END_OF_BLOCK, byTheOutput());
    }
}
