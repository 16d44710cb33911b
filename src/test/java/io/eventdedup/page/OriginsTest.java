package io.eventdedup.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:8080",
                "10.0.0.7",
                "[::1]:8080",
                "[fd00:ec2::254]",
                "localhost:8080",
                "LOCALHOST",
                "event-dedup",
                "event-dedup.tools.svc:8080",
                "event-dedup.tools.svc.cluster.local",
                "ip-10-0-0-7.eu-central-1.compute.internal:8080"
            })
    void whatNobodyOwnsInThePublicDnsIsAnswered(String host) {
        assertThat(Origins.refusal(host, null)).isEmpty();
        assertThat(Origins.refusal(host, "http://" + host)).isEmpty();
        assertThat(Origins.refusal(host, "https://" + host)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.com",
                "evil.com:8080",
                "evil.com.:8080",
                "127.0.0.1.evil.com",
                "10.0.0.7.nip.io",
                "evil.com:",
                "evil.com/.local",
                "evil.com#.local",
                "evil.com@localhost",
                ""
            })
    void aNameThatSomebodyMayOwnIsRefused(String host) {
        assertThat(Origins.refusal(host, null)).get().asString().contains("a name without a dot");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, http://evil.com",
        "localhost:8080, http://localhost:8081",
        "localhost:8080, null",
        "localhost:8080, http://localhost:8080.evil.com",
        "10.0.0.7, http://10x0.0.7"
    })
    void anotherOriginIsRefused(String host, String origin) {
        assertThat(Origins.refusal(host, origin)).contains("This request comes from another site.");
    }
}
