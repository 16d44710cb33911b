package io.eventdedup.proof;

import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.KeyState;
import io.eventdedup.proof.Action.Fault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A way to the table on which requests and answers are lost, late and slow. */
final class FaultyStore implements ClaimStore {

    /** What happens on the ways of all processes. */
    static final class Faults {

        private final Deque<Runnable> late = new ArrayDeque<>();
        private Fault next = Fault.NONE;
        private Runnable pause = () -> {};
        private Runnable afterReadingAGroup = () -> {};
        private Runnable others = () -> {};
        private boolean listenerThrows;

        /** The next request that changes something has this fault. */
        void next(Fault fault) {
            next = fault;
        }

        /** What happens to the others while a slow request is under way. */
        void duringASlowRequest(Runnable others) {
            pause = others;
        }

        /** What the other threads do while a request is under way. */
        void whileOthers(Runnable steps) {
            others = steps;
        }

        /** What the listener of the event that ends now throws decides how its claim ends. */
        void listenerThrows(boolean now) {
            listenerThrows = now;
        }

        int late() {
            return late.size();
        }

        void carryOutALateRequest() {
            late.remove().run();
        }
    }

    // made once: making an exception takes longer than anything else here
    private static final SdkClientException REQUEST_LOST = SdkClientException.create("request lost");
    private static final SdkClientException GIVEN_UP = SdkClientException.create("given up");
    private static final SdkClientException ANSWER_LOST = SdkClientException.create("answer lost");

    private final ClaimStore table;
    private final Faults faults;
    private final Books books;

    FaultyStore(ClaimStore table, Faults faults, Books books) {
        this.table = table;
        this.faults = faults;
        this.books = books;
    }

    private <T> T answer(String key, Supplier<T> operation) {
        T answer = carryOut(operation);
        // others may have used theirs meanwhile
        books.uses(key);
        return answer;
    }

    private <T> T carryOut(Supplier<T> operation) {
        Fault fault = faults.next;
        faults.next = Fault.NONE;
        switch (fault) {
            case REQUEST_LOST -> throw REQUEST_LOST;
            case LATE -> {
                faults.late.add(operation::get);
                throw GIVEN_UP;
            }
            case SLOW -> {
                return slowly(operation);
            }
            case OTHERS_BEFORE -> {
                faults.others.run();
                return operation.get();
            }
            case OTHERS_AFTER -> {
                T answer = operation.get();
                faults.others.run();
                return answer;
            }
            case ANSWER_LOST -> {
                operation.get();
                throw ANSWER_LOST;
            }
            default -> {
                return operation.get();
            }
        }
    }

    /** It arrives at the worst moment: when another process has read the group's item, and has not yet taken the key over. */
    private <T> T slowly(Supplier<T> operation) {
        Deque<T> answer = new ArrayDeque<>();
        Runnable arrive = () -> {
            if (answer.isEmpty()) {
                answer.add(operation.get());
            }
        };
        faults.afterReadingAGroup = arrive;
        faults.pause.run();
        faults.afterReadingAGroup = () -> {};
        arrive.run();
        return answer.remove();
    }

    @Override
    public ClaimWrite insert(ClaimRequest request) {
        return answer(request.key(), () -> table.insert(request));
    }

    @Override
    public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
        return answer(request.key(), () -> table.replace(request, found));
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        if (faults.listenerThrows) {
            table.delete(request.key(), request.owner());
            return ConfirmResult.ROW;
        }
        return answer(request.key(), () -> table.confirm(request));
    }

    @Override
    public boolean free(FreeRequest request) {
        return answer(request.key(), () -> table.free(request));
    }

    @Override
    public boolean delete(String key, String owner) {
        return answer(key, () -> table.delete(key, owner));
    }

    @Override
    public boolean renew(RenewRequest request) {
        return answer(request.key(), () -> table.renew(request));
    }

    @Override
    public Optional<KeyState> read(String key) {
        return table.read(key);
    }

    @Override
    public Set<String> done(String group) {
        Set<String> done = table.done(group);
        faults.afterReadingAGroup.run();
        return done;
    }

    @Override
    public boolean forget(String key) {
        return table.forget(key);
    }

    @Override
    public void clear() {
        table.clear();
    }

    @Override
    public void probe() {
        table.probe();
    }
}
