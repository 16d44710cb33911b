package io.eventdedup.dynamodb;

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
    private final boolean ownerChecked;
    private Optional<Row> row = Optional.empty();
    private Fault next = Fault.NONE;

    /** @param ownerChecked false breaks the protocol: any delivery may confirm, renew and release */
    SimulatedTable(ClaimProtocol protocol, boolean ownerChecked) {
        this.protocol = protocol;
        this.ownerChecked = ownerChecked;
    }

    Optional<Row> row() {
        return row;
    }

    void failNext(Fault fault) {
        next = fault;
    }

    @Override
    public ClaimOutcome claim(ClaimRequest request) {
        return answer(() -> {
            ClaimOutcome outcome = protocol.judge(row, request);
            if (outcome instanceof ClaimOutcome.Claimed) {
                row = Optional.of(new Row.InProgress(request.owner(), request.leaseUntil(), request.expiration()));
            }
            return outcome;
        });
    }

    @Override
    public boolean confirm(ConfirmRequest request) {
        return answer(() -> {
            boolean allowed = protocol.mayConfirm(row, request.owner()) || !ownerChecked;
            if (allowed) {
                row = Optional.of(new Row.Completed(Optional.of(request.owner()), request.expiration()));
            }
            return allowed;
        });
    }

    @Override
    public boolean release(String key, String owner) {
        return answer(() -> {
            boolean allowed = holds(owner);
            if (allowed) {
                row = Optional.empty();
            }
            return allowed;
        });
    }

    @Override
    public boolean renew(RenewRequest request) {
        return answer(() -> {
            boolean allowed = holds(request.owner());
            if (allowed) {
                row = Optional.of(new Row.InProgress(request.owner(), request.leaseUntil(), request.expiration()));
            }
            return allowed;
        });
    }

    private boolean holds(String owner) {
        return protocol.holds(row, owner) || (!ownerChecked && row.isPresent() && row.get() instanceof Row.InProgress);
    }

    @Override
    public Optional<Row> read(String key) {
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
