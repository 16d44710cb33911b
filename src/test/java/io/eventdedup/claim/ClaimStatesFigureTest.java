package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.ClaimProtocol.Step;
import io.eventdedup.claim.ClaimStore.ClaimRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The figure of a claim's states in the docs has exactly the transitions that {@link ClaimProtocol} allows. */
class ClaimStatesFigureTest {

    private static final Path FIGURE = Path.of("src/docs/develop.md");
    private static final Pattern ARROW = Pattern.compile("  (\\w+ --> \\w+: \\w+)");

    private static final ClaimProtocol PROTOCOL = new ClaimProtocol(Duration.ofSeconds(20), Duration.ofSeconds(1));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final String OWNER = "owner";

    /** A row as its owner, or another delivery, may find it. */
    private enum State {
        Absent(Optional.empty()),
        InProgress(row(NOW.plusSeconds(10))),
        LeaseOver(row(NOW.minusSeconds(10))),
        Completed(Optional.of(new KeyState.Completed(OWNER, Optional.of(NOW), LATER, Content.NONE))),
        Free(Optional.of(new KeyState.Free(OWNER, 1, LATER)));

        private final Optional<KeyState> row;

        State(Optional<KeyState> row) {
            this.row = row;
        }

        private static Optional<KeyState> row(Instant leaseUntil) {
            return Optional.of(
                    new KeyState.InProgress(OWNER, leaseUntil, Optional.of("group"), 0, LATER, Content.NONE));
        }
    }

    @Test
    void theFigureHasExactlyTheTransitionsOfTheProtocol() throws IOException {
        Set<String> drawn = ARROW.matcher(Files.readString(FIGURE))
                .results()
                .map(MatchResult::group)
                .map(String::trim)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(drawn).isEqualTo(transitions());
    }

    private static Set<String> transitions() {
        Set<String> transitions = new TreeSet<>();
        for (State state : State.values()) {
            if (claims(state, NOW)) {
                add(transitions, state, State.InProgress, "claim");
            }
            if (PROTOCOL.mayConfirm(state.row, OWNER)) {
                add(transitions, state, State.Completed, "confirm");
            }
            if (PROTOCOL.holds(state.row, OWNER)) {
                add(transitions, state, State.InProgress, "renew");
                add(transitions, state, State.Free, "fail");
                add(transitions, state, State.Absent, "forget");
            }
            if (state.row.isPresent() && PROTOCOL.isExpired(state.row.get(), LATER)) {
                assertThat(claims(state, LATER))
                        .as("an expired row is as absent")
                        .isTrue();
                add(transitions, state, State.Absent, "time");
            }
        }
        assertThat(claims(State.InProgress, NOW.plusSeconds(12)))
                .as("the lease and the skew are over")
                .isTrue();
        add(transitions, State.InProgress, State.LeaseOver, "time");
        return transitions;
    }

    private static boolean claims(State state, Instant now) {
        ClaimRequest request = PROTOCOL.claim("key", "another", Duration.ofMinutes(5), Content.NONE, now);
        return PROTOCOL.judge(state.row, request) instanceof Step.Write;
    }

    private static void add(Set<String> transitions, State from, State to, String action) {
        transitions.add(from + " --> " + to + ": " + action);
    }
}
