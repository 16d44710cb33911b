package io.eventdedup.claim;

import io.eventdedup.claim.SimulatedTable.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Processes that take copies of a few events off a queue, claim, forward, confirm and delete, as the route does, in single
 * steps. Claims, decisions and cache are the shipped ones; table, queue and clock are simulated.
 */
final class World {

    /** Ways to get the protocol wrong, which a search has to find. */
    enum Defect {
        NONE,
        /** A key in progress counts as a duplicate, as with Camel's own repositories. */
        FALSE_FOR_IN_PROGRESS,
        /** A delivery that comes late confirms, and renews, the row of the next owner. */
        NO_OWNER_CHECK,
        /** A delivery that comes late releases the row of the next owner. */
        RELEASE_OF_ANOTHERS_ROW,
        /** The key is remembered before the event is delivered. */
        CONFIRM_BEFORE_FORWARD,
        /** A dead process holds its keys for ever. */
        NO_END_OF_LEASE,
        /** A delivery that takes an ended lease over starts to count failures anew. */
        TAKE_OVER_FORGETS_FAILURES,
        /** An ended lease is taken over though the group's item names its owner. */
        TAKE_OVER_WITHOUT_GROUP,
        /** A write of a group's item replaces what another wrote. */
        OVERTAKING_GROUP_WRITES,
        /** A group's item is deleted before its rows. */
        GROUP_EXPIRES_FIRST,
        /** A claim is confirmed through its group though its lease is over. */
        LATE_CONFIRM_IN_GROUP,
        /** A confirm through the group counts though its answer came after the lease. */
        LATE_ANSWER_COUNTS
    }

    /**
     * Size of the world, and how often each misfortune may happen.
     *
     * @param processOfWorker the process in which each worker runs
     * @param keys one letter for each message: the key of its event
     * @param groups whether the claims that a process makes at the same time are a group
     */
    record Setup(
            int[] processOfWorker,
            String keys,
            boolean groups,
            int crashes,
            int faults,
            int failures,
            int pauses,
            Defect defect) {
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
        /** A request that its caller has given up arrives. */
        ARRIVE,
        TICK
    }

    /** @param who a worker; a process for CRASH and PAUSE */
    record Action(Kind kind, int who, Fault fault) {
        @Override
        public String toString() {
            return kind
                    + (kind == Kind.TICK || kind == Kind.ARRIVE ? "" : " " + who)
                    + (fault == Fault.NONE ? "" : " " + fault);
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
        final String key;
        Instant visibleFrom = START;
        boolean deleted;

        Message(String key) {
            this.key = key;
        }
    }

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
    private final SimulatedTable.View[] views;
    private final Claims[] processes;
    private final CompletedKeys[] caches;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private int tokens;
    private final Map<String, Integer> forwards = new TreeMap<>();
    private int excused;
    private int crashes;
    private int faults;
    private int failures;
    private int pauses;

    World(Setup setup) {
        this.setup = setup;
        ClaimProtocol tableProtocol = setup.defect() == Defect.NO_END_OF_LEASE
                ? new ClaimProtocol(PROTOCOL.lease(), Duration.ofDays(365))
                : PROTOCOL;
        this.table = new SimulatedTable(tableProtocol, clock, setup.defect(), setup.groups());
        this.views = new SimulatedTable.View[setup.processes()];
        this.processes = new Claims[setup.processes()];
        this.caches = new CompletedKeys[setup.processes()];
        for (int process = 0; process < processes.length; process++) {
            boot(process);
        }
        for (int process : setup.processOfWorker()) {
            workers.add(new Worker(process));
        }
        for (String key : setup.keys().split("")) {
            messages.add(new Message(key));
            forwards.put(key, 0);
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
        views[process] = table.new View();
        processes[process] = new Claims(
                views[process],
                protocol,
                clock,
                caches[process],
                new LostLeases(),
                process % 2 == 0 ? new RecentRefusals() : readingFirst(),
                Duration.ZERO);
    }

    /** Of a process that has met nothing but copies. */
    private static RecentRefusals readingFirst() {
        RecentRefusals refusals = new RecentRefusals();
        for (int i = 0; i < 100; i++) {
            refusals.note(true);
        }
        return refusals;
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
                case FORWARDED -> {
                    addWithFaults(actions, Kind.CONFIRM, index);
                    if (pauses > 0 && setup.groups()) {
                        actions.add(new Action(Kind.CONFIRM, index, Fault.SLOW));
                    }
                }
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
        if (table.lateRequests() > 0) {
            actions.add(new Action(Kind.ARRIVE, 0, Fault.NONE));
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
            if (setup.groups()) {
                actions.add(new Action(kind, worker, Fault.LATE));
            }
        }
    }

    void apply(Action action) {
        if (action.fault() == Fault.SLOW) {
            pauses--;
        } else if (action.fault() != Fault.NONE) {
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
                pause(action.who());
            }
            case ARRIVE -> table.carryOutALateRequest();
            case TICK -> tick(-1);
        }
    }

    private void pause(int process) {
        for (int tick = 0; tick < PAUSE_TICKS; tick++) {
            tick(process);
        }
    }

    /** While a process waits for an answer and is paused, the others go on to claim what they can get. */
    private void othersClaim(int paused) {
        pause(paused);
        for (Worker worker : workers) {
            if (worker.process != paused && worker.step == Step.IDLE && visible() != null) {
                receive(worker);
                claim(worker, Fault.NONE);
            }
        }
    }

    private void receive(Worker worker) {
        worker.message = visible();
        worker.message.visibleFrom = clock.instant().plus(VISIBILITY);
        worker.step = Step.RECEIVED;
    }

    private void claim(Worker worker, Fault fault) {
        Claims claims = processes[worker.process];
        worker.claim = claims.prepare(worker.message.key, "token-" + tokens++, WINDOW, Content.NONE);
        try {
            boolean claimed = withFault(fault, worker.claim::admit) instanceof Admission.Claimed;
            worker.step = claimed ? Step.CLAIMED : Step.SETTLED;
            if (claimed && worker.claim.failures() != table.failures(worker.message.key)) {
                throw new Violation("miscounted: the work failed " + table.failures(worker.message.key)
                        + " times, and the claim says " + worker.claim.failures());
            }
            if (claimed && setup.defect() == Defect.CONFIRM_BEFORE_FORWARD) {
                worker.claim.confirm();
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
        forwards.merge(worker.message.key, 1, Integer::sum);
        worker.step = Step.FORWARDED;
    }

    private void fail(Worker worker, Fault fault) {
        failures--;
        withFault(fault, worker.claim::fail);
        giveBack(worker);
    }

    private void confirm(Worker worker, Fault fault) {
        table.duringASlowRequest(() -> othersClaim(worker.process));
        withFault(fault, worker.claim::confirm);
        worker.step = Step.SETTLED;
    }

    private void delete(Worker worker, Fault fault) {
        if (fault == Fault.NONE) {
            if (forwards.get(worker.message.key) == 0) {
                throw new Violation("lost: a message is deleted and its event was never forwarded");
            }
            worker.message.deleted = true;
        }
        worker.drop();
    }

    private void crash(int process) {
        crashes--;
        Claims dead = processes[process];
        Set<String> forwardedAndNotConfirmed = new HashSet<>();
        for (String key : forwards.keySet()) {
            dead.current(key)
                    .filter(claim -> claim.is(Claim.Phase.UNCONFIRMED))
                    .ifPresent(claim -> forwardedAndNotConfirmed.add(key));
        }
        for (Worker worker : workers) {
            if (worker.process == process) {
                if (worker.step == Step.FORWARDED) {
                    forwardedAndNotConfirmed.add(worker.message.key);
                }
                worker.drop();
            }
        }
        excused += forwardedAndNotConfirmed.size();
        boot(process);
    }

    /** Time passes; every process but the paused one looks after its leases, pending confirms and messages in hand. */
    private void tick(int paused) {
        clock.move(TICK);
        table.deleteExpired();
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
        while (table.lateRequests() > 0) {
            table.carryOutALateRequest();
        }
        for (int round = 0; round < 60 && !isSettled(); round++) {
            // the others first: they do not remember what the first has done
            for (int index = workers.size() - 1; index >= 0; index--) {
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
        int twice = forwards.values().stream().mapToInt(times -> times - 1).sum();
        if (twice > excused) {
            throw new Violation("forwarded " + forwards + " times, and only " + excused + " more were excusable");
        }
    }

    /** What distinguishes this world from others: times are relative to now, and equal processes interchangeable. */
    String fingerprint() {
        Instant now = clock.instant();
        String rows = forwards.keySet().stream()
                .map(key -> table.row(key).map(found -> describe(found, now)).orElse("-")
                        + table.failures(key)
                        + table.state(key)
                                .map(found -> found instanceof KeyState.Completed ? "c" : "")
                                .orElse(""))
                .collect(Collectors.joining(",", "", table.areInOneGroup() ? "g" : ""));
        List<String> states = new ArrayList<>();
        for (int process = 0; process < processes.length; process++) {
            int number = process;
            states.add(workers.stream()
                    .filter(worker -> worker.process == number)
                    .map(worker -> describe(worker, now))
                    .sorted()
                    .collect(Collectors.joining(",", "", describe(number, now))));
        }
        states.sort(null);
        String queue = messages.stream()
                .map(message -> describe(message, now))
                .sorted()
                .collect(Collectors.joining(","));
        return rows + "|" + String.join(";", states) + "|" + queue + "|" + forwards + excused + crashes + faults
                + failures + pauses + table.lateRequests();
    }

    private String describe(int process, Instant now) {
        return forwards.keySet().stream()
                        .map(key -> describe(processes[process].current(key).orElse(null), now)
                                + (caches[process].contains(key) ? "F" : ""))
                        .collect(Collectors.joining("/"))
                + processes[process].pendingConfirms()
                + (views[process].isGroupOpen() ? "o" : "");
    }

    private static String describe(KeyState row, Instant now) {
        if (row instanceof KeyState.InProgress inProgress) {
            long left = Duration.between(now, inProgress.leaseUntil()).toSeconds();
            return "I" + Math.max(-2, left) + "f" + inProgress.failures()
                    + inProgress.group().map(group -> "g").orElse("");
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
        boolean ownsRow =
                table.row(claim.key()).map(row -> row.isOwnedBy(claim.owner())).orElse(false);
        String phase = Arrays.stream(Claim.Phase.values())
                .filter(claim::is)
                .map(found -> Integer.toString(found.ordinal()))
                .findFirst()
                .orElseThrow();
        return claim.key()
                + phase
                + (ownsRow ? "o" : "")
                + (claim.group().isPresent() ? "g" : "")
                + Duration.between(now, claim.leaseUntil()).toSeconds();
    }

    private static String describe(Message message, Instant now) {
        return message.deleted
                ? "d"
                : message.key
                        + Math.max(0, Duration.between(now, message.visibleFrom).toSeconds());
    }

    /** A lost lease excuses a second forward: the operator has been told of it. */
    private final class LostLeases implements ClaimMetrics {
        @Override
        public void leaseLost() {
            excused++;
        }
    }
}
