package io.eventdedup.dynamodb;

import io.eventdedup.dynamodb.World.Defect;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;

/** One row of a table in memory, under the shipped rules; its next request can be made to fail. */
final class SimulatedTable implements ClaimStore {

    /** What happens to the next request. */
    enum Fault {
        NONE,
        /** The request never arrives. */
        REQUEST_LOST,
        /** It is carried out, and the answer never arrives. */
        ANSWER_LOST
    }

    private final ClaimProtocol protocol;
    private final Defect defect;
    private Optional<KeyState> row = Optional.empty();
    private Fault next = Fault.NONE;

    /** @param defect may break the protocol */
    SimulatedTable(ClaimProtocol protocol, Defect defect) {
        this.protocol = protocol;
        this.defect = defect;
    }

    Optional<KeyState> row() {
        return row;
    }

    void failNext(Fault fault) {
        next = fault;
    }

    @Override
    public ClaimWrite insert(ClaimRequest request) {
        return replace(request, Optional.empty());
    }

    @Override
    public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
        return answer(() -> {
            if (!mayReplace(request, found)) {
                return new ClaimWrite.Refused(row);
            }
            row = Optional.of(new KeyState.InProgress(
                    request.owner(),
                    request.leaseUntil(),
                    Optional.empty(),
                    forgetsFailures(found) ? 0 : request.failures(),
                    request.expiration()));
            return new ClaimWrite.Written(Optional.empty());
        });
    }

    private boolean forgetsFailures(Optional<KeyState> found) {
        return defect == Defect.TAKE_OVER_FORGETS_FAILURES
                && found.isPresent()
                && found.get() instanceof KeyState.InProgress;
    }

    private boolean mayReplace(ClaimRequest request, Optional<KeyState> found) {
        if (found.isEmpty()) {
            return row.isEmpty() || protocol.isExpired(row.get(), request.now());
        }
        if (row.isEmpty()
                || row.get().getClass() != found.get().getClass()
                || !row.get().isOwnedBy(found.get().owner())) {
            return false;
        }
        return !(row.get() instanceof KeyState.InProgress inProgress)
                || inProgress.isOwnedBy(request.owner())
                || !inProgress.leaseUntil().isAfter(request.takeOverUntil());
    }

    @Override
    public boolean confirm(ConfirmRequest request) {
        return answer(() -> {
            boolean allowed = protocol.mayConfirm(row, request.owner()) || defect == Defect.NO_OWNER_CHECK;
            if (allowed) {
                row = Optional.of(new KeyState.Completed(
                        request.owner(), Optional.of(request.processedAt()), request.expiration()));
            }
            return allowed;
        });
    }

    @Override
    public boolean free(FreeRequest request) {
        return answer(() -> {
            boolean allowed = holds(request.owner());
            if (allowed) {
                row = Optional.of(new KeyState.Free(request.owner(), request.failures(), request.expiration()));
            }
            return allowed
                    || row.isEmpty()
                    || row.get() instanceof KeyState.Free free && free.isOwnedBy(request.owner());
        });
    }

    @Override
    public boolean delete(String key, String owner) {
        return answer(() -> {
            boolean allowed = holds(owner);
            if (allowed) {
                row = Optional.empty();
            }
            return allowed || row.isEmpty();
        });
    }

    @Override
    public boolean renew(RenewRequest request) {
        return answer(() -> {
            boolean allowed = holds(request.owner());
            if (allowed) {
                KeyState.InProgress old = (KeyState.InProgress) row.orElseThrow();
                row = Optional.of(new KeyState.InProgress(
                        request.owner(), request.leaseUntil(), old.group(), old.failures(), request.expiration()));
            }
            return allowed;
        });
    }

    private boolean holds(String owner) {
        return protocol.holds(row, owner)
                || (defect == Defect.NO_OWNER_CHECK && row.isPresent() && row.get() instanceof KeyState.InProgress);
    }

    @Override
    public Optional<KeyState> read(String key) {
        return row;
    }

    @Override
    public boolean forget(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void probe() {
        answer(() -> true);
    }

    private <T> T answer(Supplier<T> operation) {
        Fault fault = next;
        next = Fault.NONE;
        if (fault == Fault.REQUEST_LOST) {
            throw SdkClientException.create("request lost");
        }
        T answer = operation.get();
        if (fault == Fault.ANSWER_LOST) {
            throw SdkClientException.create("answer lost");
        }
        return answer;
    }
}
