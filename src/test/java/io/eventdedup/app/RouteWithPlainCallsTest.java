package io.eventdedup.app;

import io.eventdedup.local.EmbeddedAws;
import org.junit.jupiter.api.BeforeEach;

/** The same facts when every call is a request of its own. */
class RouteWithPlainCallsTest extends RouteTest {

    @BeforeEach
    @Override
    void createQueuesAndTable(EmbeddedAws aws) {
        super.createQueuesAndTable(aws);
        fixture.with("dedup.merge-calls", "false");
    }
}
