package io.eventdedup.dynamodb;

import io.eventdedup.dynamodb.SimulatedTable.Fault;
import io.eventdedup.dynamodb.Work.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Processes that take copies of one event off a queue, claim, forward, confirm and delete, as the route does, in single
 * steps. Claims, decisions and cache are the shipped ones; table, queue and clock are simulated.
 */
final class World {

    /** Ways to get the protocol wrong, which a search has to find. */
    enum Defect {
        NONE,
        /** A key in progress counts as a duplicate, as with Camel's own repositories. */
        FALSE_FOR_IN_PROGRESS,
        /** Whoever comes late changes the row of the next owner. */
        NO_OWNER_CHECK,
        /** The key is remembered before the event is delivered. */
        CONFIRM_BEFORE_FORWARD,
        /** A dead process holds its keys for ever. */
        NO_END_OF_LEASE,
        /** Whoever takes an ended lease over starts to count failures anew. */
        TAKE_OVER_FORGETS_FAILURES
    }

    /**
     * Size of the world, and how often each misfortune may happen.
     *
     * @param processOfWorker the process in which each worker runs
     */
    record Setup(
            int[] processOfWorker, int messages, int crashes, int faults, int failures, int pauses, Defect defect) {
        int processes() {
            return Arrays.stream(processOfWorker).max().orElseThrow() + 1;
        }
    }

    enum Kind {
        RECEIVE,
        CLAIM,
        FORWARD,
        FAIL,
        CONFIRM,
        DELETE,
        CRASH,
        PAUSE,
        TICK
    }

    /** @param who a worker; a process for CRASH and PAUSE */
    record Action(Kind kind, int who, Fault fault) {
        @Override
        public String toString() {
            return kind + (kind == Kind.TICK ? "" : " " + who) + (fault == Fault.NONE ? "" : " " + fault);
        }
    }

    /** A property does not hold. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message, null, false, false);
        }
    }

    private enum Step {
        IDLE,
        RECEIVED,
        CLAIMED,
        FORWARDED,
        SETTLED
    }

    private static final class Worker {
        final int process;
        Step step = Step.IDLE;
        Message message;
        Claim claim;

        Worker(int process) {
            this.process = process;
        }

        void drop() {
            step = Step.IDLE;
            message = null;
            claim = null;
        }
    }

    private static final class Message {
        Instant visibleFrom = START;
        boolean deleted;
    }

    private static final String KEY = "key";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration VISIBILITY = Duration.ofSeconds(30);
    private static final Duration GIVEN_BACK = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofDays(1);
    private static final int PAUSE_TICKS = 7;
    private static final ClaimProtocol PROTOCOL = new ClaimProtocol(Duration.ofSeconds(20), Duration.ofSeconds(1));

    private final Setup setup;
    private final TestClock clock = new TestClock(START);
    private final SimulatedTable table;
    private final Claims[] processes;
    private final CompletedKeys[] caches;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private int tokens;
    private int forwards;
    private int excused;
    private int failed;
    private int crashes;
    private int faults;
    private int failures;
    private int pauses;

    World(Setup setup) {
        this.setup = setup;
        ClaimProtocol tableProtocol = setup.defect() == Defect.NO_END_OF_LEASE
                ? new ClaimProtocol(PROTOCOL.lease(), Duration.ofDays(365))
                : PROTOCOL;
        this.table = new SimulatedTable(tableProtocol, setup.defect());
        this.processes = new Claims[setup.processes()];
        this.caches = new CompletedKeys[setup.processes()];
        for (int process = 0; process < processes.length; process++) {
            boot(process);
        }
        for (int process : setup.processOfWorker()) {
            workers.add(new Worker(process));
        }
        for (int message = 0; message < setup.messages(); message++) {
            messages.add(new Message());
        }
        crashes = setup.crashes();
        faults = setup.faults();
        failures = setup.failures();
        pauses = setup.pauses();
    }

    private void boot(int process) {
        ClaimProtocol protocol = setup.defect() == Defect.NO_END_OF_LEASE
                ? new ClaimProtocol(PROTOCOL.lease(), Duration.ofDays(365))
                : PROTOCOL;
        caches[process] = new CompletedKeys(10, clock);
        processes[process] = new Claims(table, protocol, clock, caches[process], new LostLeases(), Duration.ZERO);
    }

    /** What can happen next. */
    List<Action> enabled() {
        List<Action> actions = new ArrayList<>();
        for (int index = 0; index < workers.size(); index++) {
            Worker worker = workers.get(index);
            switch (worker.step) {
                case IDLE -> {
                    if (visible() != null) {
                        actions.add(new Action(Kind.RECEIVE, index, Fault.NONE));
                    }
                }
                case RECEIVED -> addWithFaults(actions, Kind.CLAIM, index);
                case CLAIMED -> {
                    actions.add(new Action(Kind.FORWARD, index, Fault.NONE));
                    if (failures > 0) {
                        addWithFaults(actions, Kind.FAIL, index);
                    }
                }
                case FORWARDED -> addWithFaults(actions, Kind.CONFIRM, index);
                case SETTLED -> {
                    actions.add(new Action(Kind.DELETE, index, Fault.NONE));
                    if (faults > 0) {
                        actions.add(new Action(Kind.DELETE, index, Fault.REQUEST_LOST));
                    }
                }
            }
        }
        for (int process = 0; process < processes.length; process++) {
            if (crashes > 0 && isBegun(process)) {
                actions.add(new Action(Kind.CRASH, process, Fault.NONE));
            }
            if (pauses > 0 && isBegun(process)) {
                actions.add(new Action(Kind.PAUSE, process, Fault.NONE));
            }
        }
        if (!isSettled()) {
            actions.add(new Action(Kind.TICK, 0, Fault.NONE));
        }
        return actions;
    }

    private void addWithFaults(List<Action> actions, Kind kind, int worker) {
        actions.add(new Action(kind, worker, Fault.NONE));
        if (faults > 0) {
            actions.add(new Action(kind, worker, Fault.REQUEST_LOST));
            actions.add(new Action(kind, worker, Fault.ANSWER_LOST));
        }
    }

    void apply(Action action) {
        if (action.fault() != Fault.NONE) {
            faults--;
        }
        switch (action.kind()) {
            case RECEIVE -> receive(workers.get(action.who()));
            case CLAIM -> claim(workers.get(action.who()), action.fault());
            case FORWARD -> forward(workers.get(action.who()));
            case FAIL -> fail(workers.get(action.who()), action.fault());
            case CONFIRM -> confirm(workers.get(action.who()), action.fault());
            case DELETE -> delete(workers.get(action.who()), action.fault());
            case CRASH -> crash(action.who());
            case PAUSE -> {
                pauses--;
                for (int tick = 0; tick < PAUSE_TICKS; tick++) {
                    tick(action.who());
                }
            }
            case TICK -> tick(-1);
        }
    }

    private void receive(Worker worker) {
        worker.message = visible();
        worker.message.visibleFrom = clock.instant().plus(VISIBILITY);
        worker.step = Step.RECEIVED;
    }

    private void claim(Worker worker, Fault fault) {
        Claims claims = processes[worker.process];
        worker.claim = claims.prepare(KEY, "token-" + tokens++, WINDOW, Optional.empty());
        try {
            boolean claimed = withFault(fault, () -> claims.admit(worker.claim));
            worker.step = claimed ? Step.CLAIMED : Step.SETTLED;
            if (claimed && worker.claim.failures() != failed) {
                throw new Violation("miscounted: the work failed " + failed + " times, and the claim says "
                        + worker.claim.failures());
            }
            if (claimed && setup.defect() == Defect.CONFIRM_BEFORE_FORWARD) {
                claims.settle(worker.claim, Verdict.DONE);
            }
        } catch (KeyInProgressException e) {
            if (setup.defect() == Defect.FALSE_FOR_IN_PROGRESS) {
                worker.step = Step.SETTLED;
            } else {
                giveBack(worker);
            }
        } catch (ClaimFailedException e) {
            giveBack(worker);
        }
    }

    private void forward(Worker worker) {
        forwards++;
        worker.step = Step.FORWARDED;
    }

    private void fail(Worker worker, Fault fault) {
        failures--;
        withFault(fault, () -> processes[worker.process].settle(worker.claim, Verdict.FAILED));
        if (table.row()
                .filter(row -> row instanceof KeyState.Free && row.isOwnedBy(worker.claim.owner()))
                .isPresent()) {
            failed++;
        }
        giveBack(worker);
    }

    private void confirm(Worker worker, Fault fault) {
        withFault(fault, () -> processes[worker.process].settle(worker.claim, Verdict.DONE));
        worker.step = Step.SETTLED;
    }

    private void delete(Worker worker, Fault fault) {
        if (fault == Fault.NONE) {
            if (forwards == 0) {
                throw new Violation("lost: a message is deleted and its event was never forwarded");
            }
            worker.message.deleted = true;
        }
        worker.drop();
    }

    private void crash(int process) {
        crashes--;
        boolean forwardedAndNotConfirmed = processes[process].pendingConfirms() > 0;
        for (Worker worker : workers) {
            if (worker.process == process) {
                forwardedAndNotConfirmed |= worker.step == Step.FORWARDED;
                worker.drop();
            }
        }
        if (forwardedAndNotConfirmed) {
            excused++;
        }
        boot(process);
    }

    /** Time passes; every process but the paused one looks after its leases, pending confirms and messages in hand. */
    private void tick(int paused) {
        clock.move(TICK);
        for (int process = 0; process < processes.length; process++) {
            if (process != paused) {
                processes[process].renewDue(Runnable::run);
                processes[process].retryDueConfirms();
            }
        }
        for (Worker worker : workers) {
            if (worker.process != paused && worker.message != null) {
                worker.message.visibleFrom = clock.instant().plus(VISIBILITY);
            }
        }
    }

    private void giveBack(Worker worker) {
        worker.message.visibleFrom = clock.instant().plus(GIVEN_BACK);
        worker.drop();
    }

    private <T> T withFault(Fault fault, Supplier<T> operation) {
        table.failNext(fault);
        try {
            return operation.get();
        } finally {
            table.failNext(Fault.NONE);
        }
    }

    private Message visible() {
        for (Message message : messages) {
            if (!message.deleted && !message.visibleFrom.isAfter(clock.instant())) {
                return message;
            }
        }
        return null;
    }

    private boolean isBegun(int process) {
        for (Worker worker : workers) {
            if (worker.process == process && worker.step != Step.IDLE) {
                return true;
            }
        }
        return processes[process].pendingConfirms() > 0;
    }

    boolean isSettled() {
        for (Message message : messages) {
            if (!message.deleted) {
                return false;
            }
        }
        for (int process = 0; process < processes.length; process++) {
            if (isBegun(process)) {
                return false;
            }
        }
        return true;
    }

    /** No more misfortune: everybody goes on until nothing is left, and then the books are checked. */
    void finish() {
        crashes = 0;
        faults = 0;
        failures = 0;
        pauses = 0;
        for (int round = 0; round < 60 && !isSettled(); round++) {
            for (int index = 0; index < workers.size(); index++) {
                int who = index;
                while (workers.get(who).step != Step.IDLE || visible() != null) {
                    apply(enabled().stream()
                            .filter(action -> action.kind() != Kind.TICK && action.who() == who)
                            .findFirst()
                            .orElseThrow());
                }
            }
            tick(-1);
        }
        if (!isSettled()) {
            throw new Violation("stuck: a message is never settled");
        }
        if (forwards > 1 + excused) {
            throw new Violation("forwarded " + forwards + " times, and only " + excused + " more were excusable");
        }
    }

    /** What distinguishes this world from others: times are relative to now, and equal processes interchangeable. */
    String fingerprint() {
        Instant now = clock.instant();
        String row = table.row().map(found -> describe(found, now)).orElse("-");
        List<String> states = new ArrayList<>();
        for (int process = 0; process < processes.length; process++) {
            int number = process;
            Claim current = processes[process].current(KEY).orElse(null);
            states.add(workers.stream()
                    .filter(worker -> worker.process == number)
                    .map(worker -> describe(worker, now))
                    .sorted()
                    .collect(Collectors.joining(
                            ",",
                            "",
                            describe(current, now)
                                    + (caches[number].contains(KEY) ? "F" : "")
                                    + processes[number].pendingConfirms())));
        }
        states.sort(null);
        String queue = messages.stream()
                .map(message -> describe(message, now))
                .sorted()
                .collect(Collectors.joining(","));
        return row + "|" + String.join(";", states) + "|" + queue + "|" + Math.min(forwards, 9) + failed + excused
                + crashes + faults + failures + pauses;
    }

    private static String describe(KeyState row, Instant now) {
        if (row instanceof KeyState.InProgress inProgress) {
            long left = Duration.between(now, inProgress.leaseUntil()).toSeconds();
            return "I" + Math.max(-2, left) + "f" + inProgress.failures();
        }
        return row instanceof KeyState.Free free ? "F" + free.failures() : "C";
    }

    private String describe(Worker worker, Instant now) {
        return worker.step.ordinal()
                + (worker.message == null ? "" : describe(worker.message, now))
                + describe(worker.claim, now);
    }

    private String describe(Claim claim, Instant now) {
        if (claim == null) {
            return "";
        }
        boolean ownsRow = table.row().map(row -> row.isOwnedBy(claim.owner())).orElse(false);
        String phase = Arrays.stream(Claim.Phase.values())
                .filter(claim::is)
                .map(found -> Integer.toString(found.ordinal()))
                .findFirst()
                .orElseThrow();
        return "c" + phase + (ownsRow ? "o" : "")
                + Duration.between(now, claim.leaseUntil()).toSeconds();
    }

    private static String describe(Message message, Instant now) {
        return message.deleted
                ? "d"
                : "m" + Math.max(0, Duration.between(now, message.visibleFrom).toSeconds());
    }

    /** A lost lease excuses a second forward: the operator has been told of it. */
    private final class LostLeases implements RepositoryMetrics {
        @Override
        public <T> T timeClaim(Supplier<T> request) {
            return request.get();
        }

        @Override
        public <T> T timeConfirm(Supplier<T> request) {
            return request.get();
        }

        @Override
        public void leaseLost() {
            excused++;
        }

        @Override
        public void cacheHit() {}

        @Override
        public void watchPendingConfirms(IntSupplier count) {}

        @Override
        public void close() {}
    }
}
