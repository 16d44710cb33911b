package io.eventdedup.claim;

import io.eventdedup.claim.ClaimProtocol.Step;
import io.eventdedup.claim.ClaimStore.ClaimRequest;
import io.eventdedup.claim.ClaimStore.ClaimWrite;
import io.eventdedup.claim.ClaimStore.Group;
import java.util.Optional;

/**
 * Claims a key in the table: writes the row or, if there already is one, judges it and replaces it if that is allowed. A new key
 * takes one request; a free one, or one whose lease is over, takes two. If most recent claims found a row ({@link RecentRefusals}),
 * the row is read first. That changes the price and nothing else: the row is judged as if the write had been refused because of it.
 */
public final class Claimer {

    /** How often a claim tries to write while the row keeps changing; after that, the event comes again. */
    private static final int MAX_WRITES = 3;

    private final ClaimStore store;
    private final ClaimProtocol protocol;
    private final RecentRefusals refusals;

    /** Claims and looks up keys of this store. */
    public Claimer(ClaimStore store, ClaimProtocol protocol, RecentRefusals refusals) {
        this.store = store;
        this.protocol = protocol;
        this.refusals = refusals;
    }

    /** Asks for the key. */
    public ClaimOutcome claim(ClaimRequest request) {
        ClaimRequest written = request;
        ClaimWrite result = refusals.areMostClaims() ? readThenInsert(request) : store.insert(request);
        refusals.note(result instanceof ClaimWrite.Refused);
        for (int writes = 1; result instanceof ClaimWrite.Refused refused; writes++) {
            Step step = protocol.judge(refused.row().map(this::withGroup), request);
            if (step instanceof Step.Decided decided) {
                return decided.outcome();
            }
            if (writes == MAX_WRITES) {
                return new ClaimOutcome.InProgress(request.now());
            }
            Step.Write write = (Step.Write) step;
            written = write.request();
            result = store.replace(written, write.found());
        }
        Optional<Group> group = ((ClaimWrite.Written) result).group();
        return new ClaimOutcome.Claimed(written.leaseUntil(), written.failures(), group);
    }

    private ClaimWrite readThenInsert(ClaimRequest request) {
        Optional<KeyState> row = store.read(request.key());
        return row.isPresent() ? new ClaimWrite.Refused(row) : store.insert(request);
    }

    /** The state of the key in the table; the item of its group is taken into account. */
    public Optional<KeyState> find(String key) {
        return store.read(key).map(this::withGroup);
    }

    /** Deletes the key's row; false if there is none, or a delivery works on the key. */
    public boolean forget(String key) {
        Optional<KeyState> row = store.read(key);
        if (row.isPresent()
                && row.get() instanceof KeyState.InProgress inProgress
                && withGroup(inProgress) instanceof KeyState.Completed) {
            return store.delete(key, inProgress.owner());
        }
        return row.isPresent() && store.forget(key);
    }

    /** Reads the group's item after the row: an owner that it does not name by then is not confirmed through the group. */
    private KeyState withGroup(KeyState row) {
        return row instanceof KeyState.InProgress inProgress
                        && inProgress.group().isPresent()
                ? inProgress.with(store.done(inProgress.group().get()), Optional.of(protocol.claimedAt(inProgress)))
                : row;
    }
}
