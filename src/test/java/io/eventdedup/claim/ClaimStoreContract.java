package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.ClaimStore.ClaimRequest;
import io.eventdedup.claim.ClaimStore.ClaimWrite;
import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.ConfirmResult;
import io.eventdedup.claim.ClaimStore.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link ClaimStore} guarantees. A test of a store extends it and says how to make an empty one. */
public abstract class ClaimStoreContract {

    protected static final ClaimProtocol PROTOCOL = new ClaimProtocol(Duration.ofSeconds(20), Duration.ofSeconds(1));

    private static final Duration WINDOW = Duration.ofHours(1);
    private static final String KEY = "key";
    private static final String ME = "me";
    private static final String OTHER = "other";
    private static final Content CONTENT = Content.of(new byte[] {1, 2, 3});

    protected final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00.250Z"));

    /** The store, which is empty. */
    protected abstract ClaimStore store();

    private ClaimRequest claim(String key, String owner) {
        return PROTOCOL.claim(key, owner, WINDOW, CONTENT, clock.instant());
    }

    private ConfirmRequest confirm(String owner) {
        return PROTOCOL.confirm(KEY, owner, WINDOW, clock.instant());
    }

    private Optional<KeyState> row() {
        return store().read(KEY);
    }

    private void isInProgress(ClaimRequest request) {
        assertThat(row()).hasValueSatisfying(row -> {
            assertThat(row).isInstanceOf(KeyState.InProgress.class);
            KeyState.InProgress inProgress = (KeyState.InProgress) row;
            assertThat(inProgress.owner()).isEqualTo(request.owner());
            assertThat(inProgress.leaseUntil()).isEqualTo(request.leaseUntil());
            assertThat(inProgress.failures()).isEqualTo(request.failures());
            assertThat(inProgress.expiration()).isEqualTo(request.expiration());
            assertThat(inProgress.content()).isEqualTo(request.content());
        });
    }

    @Test
    void aKeyThatNobodyHasIsClaimed() {
        assertThat(row()).isEmpty();
        ClaimRequest mine = claim(KEY, ME);

        assertThat(store().insert(mine)).isInstanceOf(ClaimWrite.Written.class);

        isInProgress(mine);
    }

    @Test
    void aRowInTheWayRefusesAnInsertAndIsShown() {
        ClaimRequest mine = claim(KEY, ME);
        store().insert(mine);

        assertThat(store().insert(claim(KEY, OTHER))).isEqualTo(new ClaimWrite.Refused(row()));

        isInProgress(mine);
    }

    @Test
    void aLeaseIsTakenOverWhenItIsOverAndNotBefore() {
        ClaimRequest mine = claim(KEY, ME);
        store().insert(mine);
        Optional<KeyState> found = row();
        clock.move(PROTOCOL.lease().plus(PROTOCOL.clockSkew()).minusMillis(1));

        assertThat(store().replace(claim(KEY, OTHER), found)).isInstanceOf(ClaimWrite.Refused.class);

        clock.move(Duration.ofMillis(1));
        ClaimRequest theirs = claim(KEY, OTHER);
        assertThat(store().replace(theirs, found)).isInstanceOf(ClaimWrite.Written.class);
        isInProgress(theirs);
        assertThat(store().replace(claim(KEY, "third"), found))
                .as("the row is not as it was found")
                .isInstanceOf(ClaimWrite.Refused.class);
    }

    @Test
    void aClaimIsCompletedByItsOwnerAlone() {
        store().insert(claim(KEY, ME));

        assertThat(store().confirm(confirm(OTHER))).isEqualTo(ConfirmResult.REFUSED);
        assertThat(store().confirm(confirm(ME))).isEqualTo(ConfirmResult.ROW);
        assertThat(store().confirm(confirm(ME))).as("once more").isEqualTo(ConfirmResult.ROW);

        assertThat(row()).hasValueSatisfying(row -> {
            assertThat(row).isInstanceOf(KeyState.Completed.class);
            assertThat(row.expiration()).isEqualTo(confirm(ME).expiration());
            assertThat(((KeyState.Completed) row).at()).contains(clock.instant());
        });
    }

    @Test
    void aCompletedRowIsNeitherRenewedNorReleased() {
        store().insert(claim(KEY, ME));
        store().confirm(confirm(ME));
        Optional<KeyState> completed = row();

        assertThat(store().renew(PROTOCOL.renew(KEY, ME, WINDOW, 0, clock.instant())))
                .isFalse();
        assertThat(store().delete(KEY, ME)).isFalse();
        assertThat(store().free(PROTOCOL.free(KEY, ME, WINDOW, 0, clock.instant())))
                .isFalse();

        assertThat(row()).isEqualTo(completed);
    }

    @Test
    void anExpiredRowMayBeReplaced() {
        store().insert(claim(KEY, ME));
        store().confirm(confirm(ME));
        clock.move(WINDOW.plusSeconds(1));
        ClaimRequest theirs = claim(KEY, OTHER);

        assertThat(store().replace(theirs, Optional.empty())).isInstanceOf(ClaimWrite.Written.class);

        isInProgress(theirs);
    }

    @Test
    void aFailedClaimIsFreeAndKeepsItsCount() {
        store().insert(claim(KEY, ME));

        assertThat(store().free(PROTOCOL.free(KEY, OTHER, WINDOW, 0, clock.instant())))
                .isFalse();
        assertThat(store().free(PROTOCOL.free(KEY, ME, WINDOW, 2, clock.instant())))
                .isTrue();

        Optional<KeyState> free = row();
        assertThat(free).hasValueSatisfying(row -> {
            assertThat(row).isInstanceOf(KeyState.Free.class);
            assertThat(((KeyState.Free) row).failures()).isEqualTo(3);
        });
        assertThat(store().replace(claim(KEY, OTHER), free)).isInstanceOf(ClaimWrite.Written.class);
    }

    @Test
    void aReleasedClaimLeavesNothing() {
        store().insert(claim(KEY, ME));

        assertThat(store().delete(KEY, OTHER)).isFalse();
        assertThat(row()).isPresent();
        assertThat(store().delete(KEY, ME)).isTrue();
        assertThat(row()).isEmpty();
    }

    @Test
    void aLeaseIsExtendedByItsOwnerAlone() {
        store().insert(claim(KEY, ME));
        clock.move(Duration.ofSeconds(10));
        ClaimStore.RenewRequest mine = PROTOCOL.renew(KEY, ME, WINDOW, 0, clock.instant());

        assertThat(store().renew(PROTOCOL.renew(KEY, OTHER, WINDOW, 0, clock.instant())))
                .isFalse();
        assertThat(store().renew(mine)).isTrue();

        assertThat(row()).hasValueSatisfying(row -> assertThat(((KeyState.InProgress) row).leaseUntil())
                .isEqualTo(mine.leaseUntil()));
    }

    @Test
    void claimsThatAreMadeTogetherMayBeCompletedTogether() {
        List<ClaimRequest> requests = IntStream.range(0, 5)
                .mapToObj(number -> claim("key-" + number, "owner-" + number))
                .toList();
        List<ClaimWrite> writes = together(requests);

        for (int i = 0; i < requests.size(); i++) {
            ClaimRequest request = requests.get(i);
            Optional<Group> group = ((ClaimWrite.Written) writes.get(i)).group();
            ConfirmRequest alone = PROTOCOL.confirm(request.key(), request.owner(), WINDOW, clock.instant());
            ConfirmResult result = store().confirm(new ConfirmRequest(
                    alone.key(), alone.owner(), alone.processedAt(), alone.expiration(), group));

            KeyState row = store().read(request.key()).orElseThrow();
            if (result == ConfirmResult.GROUP) {
                assertThat(row)
                        .isInstanceOfSatisfying(KeyState.InProgress.class, inProgress -> assertThat(inProgress.group())
                                .isEqualTo(group.map(Group::token)));
                assertThat(store().done(group.orElseThrow().token())).contains(request.owner());
            } else {
                assertThat(result).isEqualTo(ConfirmResult.ROW);
                assertThat(row).isInstanceOf(KeyState.Completed.class);
            }
        }
    }

    private List<ClaimWrite> together(List<ClaimRequest> requests) {
        ExecutorService callers = Executors.newFixedThreadPool(requests.size());
        try {
            List<CompletableFuture<ClaimWrite>> writes = new ArrayList<>();
            requests.forEach(
                    request -> writes.add(CompletableFuture.supplyAsync(() -> store().insert(request), callers)));
            return writes.stream().map(CompletableFuture::join).toList();
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void aGroupThatWasNeverWrittenNamesNobody() {
        assertThat(store().done("no-such-group")).isEmpty();
    }

    @Test
    void aKeyIsForgottenUnlessItIsInProgress() {
        assertThat(store().forget(KEY)).isFalse();
        store().insert(claim(KEY, ME));
        assertThat(store().forget(KEY)).isFalse();
        store().confirm(confirm(ME));

        assertThat(store().forget(KEY)).isTrue();
        assertThat(row()).isEmpty();
    }

    @Test
    void clearLeavesNothing() {
        store().insert(claim(KEY, ME));

        store().clear();

        assertThat(row()).isEmpty();
    }

    @Test
    void aStoreThatTakesClaimsPassesItsProbeAndKeepsNothingOfIt() {
        store().probe();

        assertThat(row()).isEmpty();
        assertThat(store().insert(claim(KEY, ME))).isInstanceOf(ClaimWrite.Written.class);
    }
}
