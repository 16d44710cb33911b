package io.eventdedup.proof;

import io.eventdedup.claim.Admission;
import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimsInside;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.claim.KeyState;
import io.eventdedup.claim.TestClock;
import io.eventdedup.event.Cause;
import io.eventdedup.event.DeadLetter;
import io.eventdedup.event.Delivery;
import io.eventdedup.event.DeliveryInside;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Failure;
import io.eventdedup.event.Outcome;
import io.eventdedup.key.EventKey;
import io.eventdedup.proof.Action.Fault;
import io.eventdedup.proof.Action.Kind;
import io.eventdedup.proof.Setup.Shape;
import io.eventdedup.proof.Worker.Phase;
import io.eventdedup.proof.Worker.Run;
import io.eventdedup.sqs.SendsInside;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;

/**
 * A queue, a process or two, a table, an output and a dead-letter queue. Whatever is decided about an event, its message and its
 * claim is decided by the shipped classes; requests, time and threads are simulated, one step after the other.
 */
final class World {

    /** An output or dead-letter queue did not take a message. */
    private static final class QueueFailure extends RuntimeException implements Cause.Named {
        private static final long serialVersionUID = 1L;
        private final Cause cause;

        QueueFailure(Cause cause) {
            super(cause.name(), null, false, false);
            this.cause = cause;
        }

        @Override
        public Cause failureCause() {
            return cause;
        }

        @Override
        public String proof() {
            return PROOF;
        }
    }

    private static final String PROOF = "queue output";
    private static final QueueFailure UNAVAILABLE = new QueueFailure(Cause.UNAVAILABLE);
    private static final QueueFailure REFUSED = new QueueFailure(Cause.REFUSED);
    private static final RuntimeException STEP_FAILED = new IllegalStateException("the step failed");
    private static final DefaultCamelContext CONTEXT = new DefaultCamelContext();

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration TICK = Duration.ofSeconds(5);
    static final ClaimProtocol PROTOCOL = new ClaimProtocol(Duration.ofSeconds(20), Duration.ofSeconds(1));

    /** Longer than the least step of time, so that something can happen within it. */
    private static final Duration LARGE_SKEW = Duration.ofSeconds(6);

    private static final int PAUSE_TICKS = 6;

    /** Shorter than a lease, and longer than one by a clock that is ahead. */
    private static final int SHORT_PAUSE_TICKS = 3;

    private static final int MOST_STEPS = 200;

    /** Longer than any wait of a message that failed a few times, or met an outage. */
    private static final Duration MOST_TIME = Duration.ofHours(1);

    private final Setup setup;
    private final Environment environment;
    final TestClock clock = new TestClock(START);
    final Books books;
    final SimulatedTable table;
    private final ClaimProtocol protocol;
    private final Duration leaseAndSkew;
    private final FaultyStore.Faults faults = new FaultyStore.Faults();
    private final SimulatedQueue queue;
    private final SimulatedTable.View[] views;
    private final Replica[] processes;
    private final List<Worker> workers = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    private final int[] left = new int[Misfortune.values().length];

    /** Where the events of each process and life were dead-lettered. */
    private final Map<Element, Set<Replica>> letteredBy = new HashMap<>();

    private int tokens;
    private boolean renewalsFailed;

    /** What came of the last step, for whoever reads a story. */
    private String result = "";

    /** What the others did during it. */
    private String meanwhile = "";

    World(Setup setup) {
        this(setup, Environment.SIMULATED);
    }

    World(Setup setup, Environment environment) {
        this.setup = setup;
        this.environment = environment;
        Duration skew = setup.skewed() ? LARGE_SKEW : PROTOCOL.clockSkew();
        Duration assumed =
                has(Defect.NO_END_OF_LEASE) ? Duration.ofDays(365) : has(Defect.NO_CLOCK_SKEW) ? Duration.ZERO : skew;
        this.protocol = new ClaimProtocol(PROTOCOL.lease(), assumed);
        this.leaseAndSkew = PROTOCOL.lease().plus(skew);
        this.books = new Books(setup, clock, leaseAndSkew);
        this.table = new SimulatedTable(protocol, clock, setup, books);
        this.queue = environment.queue(clock);
        this.views = new SimulatedTable.View[setup.processes()];
        this.processes = new Replica[setup.processes()];
        for (int process = 0; process < processes.length; process++) {
            boot(process);
        }
        for (int process : setup.processOfWorker()) {
            workers.add(new Worker(workers.size(), process));
        }
        for (String keys : setup.messages()) {
            Message message = new Message(messages.size(), keys);
            messages.add(message);
            message.elements.forEach(books::exists);
        }
        for (int i = 0; i < messages.size() - setup.late(); i++) {
            queue.put(messages.get(i));
        }
        setup.misfortunes().forEach((misfortune, times) -> left[misfortune.ordinal()] = times);
    }

    private boolean has(Defect defect) {
        return setup.defect() == defect;
    }

    private boolean may(Misfortune misfortune) {
        return left[misfortune.ordinal()] > 0;
    }

    private void spend(Misfortune misfortune) {
        left[misfortune.ordinal()]--;
    }

    private void boot(int process) {
        views[process] = table.new View();
        Clock own = setup.skewed() && process == 1 ? new Behind(clock) : clock;
        processes[process] = new Replica(
                process,
                own,
                protocol,
                new FaultyStore(environment.store(views[process]), faults, books),
                queue,
                books,
                setup,
                (event, outcome) -> told(event, outcome));
    }

    /** A clock that is behind by the skew. */
    private static final class Behind extends TestClock {
        private final TestClock base;

        Behind(TestClock base) {
            super(START);
            this.base = base;
        }

        @Override
        public Instant instant() {
            return base.instant().minus(LARGE_SKEW);
        }
    }

    private void told(EventInFlight event, Outcome outcome) {
        for (Message message : messages) {
            if (message.id().equals(event.delivery().messageId())) {
                books.told(message.elements.get(DeliveryInside.place(event)), outcome);
            }
        }
    }

    // ---- what can happen next -------------------------------------------------------------------------------------

    List<Action> enabled() {
        List<Action> actions = new ArrayList<>();
        for (Worker worker : workers) {
            Replica process = processes[worker.process];
            if (!process.paused) {
                addOf(worker, process, actions);
            }
        }
        for (Replica process : processes) {
            addOf(process, actions);
        }
        boolean putAdded = false;
        for (Message message : messages) {
            if (!message.sent && !putAdded) {
                putAdded = true;
                actions.add(Action.of(Kind.PUT, message.number));
            }
            if (may(Misfortune.AGAIN) && isInHand(message) && !message.isVisible(clock.instant()) && message.sent) {
                actions.add(Action.of(Kind.AGAIN, message.number));
            }
        }
        if (faults.late() > 0) {
            actions.add(Action.of(Kind.ARRIVE));
        }
        if (!isSettled()) {
            actions.add(Action.of(Kind.TICK));
            if (may(Misfortune.TABLE) && isAnyClaimHeld()) {
                actions.add(Action.of(Kind.TICK).with(Fault.REQUEST_LOST));
                actions.add(Action.of(Kind.TICK).with(Fault.ANSWER_LOST));
            }
        }
        if (may(Misfortune.LONG_WAIT) && isQuiet()) {
            actions.add(Action.of(Kind.LONG_WAIT));
        }
        return actions;
    }

    private boolean isAnyClaimHeld() {
        return Arrays.stream(processes).anyMatch(process -> process.claims.currentSize() > 0);
    }

    private boolean isInHand(Message message) {
        return !message.deleted
                && (workers.stream().anyMatch(worker -> worker.message == message)
                        || Arrays.stream(processes).anyMatch(process -> process.finished.containsKey(message)));
    }

    private void addOf(Replica process, List<Action> actions) {
        if (process.paused) {
            actions.add(Action.of(Kind.RESUME, process.number));
        }
        boolean busy = isBusy(process.number) || process.hasPending();
        if (busy && may(Misfortune.KILL)) {
            actions.add(Action.of(Kind.KILL, process.number));
        }
        if (busy && may(Misfortune.PAUSE) && !process.paused) {
            actions.add(Action.of(Kind.PAUSE, process.number));
        }
        if (process.paused) {
            return;
        }
        if (busy && may(Misfortune.STOP) && !process.stopping) {
            actions.add(Action.of(Kind.STOP, process.number));
        }
        if (process.stopping) {
            if (!isBusy(process.number)) {
                actions.add(Action.of(Kind.RESTART, process.number));
            } else if (workers.stream().anyMatch(worker -> worker.process == process.number && mayBeCut(worker))) {
                actions.add(Action.of(Kind.CUT, process.number));
            }
        }
    }

    private static boolean mayBeCut(Worker worker) {
        return worker.phase == Phase.EVENTS && !worker.cut;
    }

    private boolean isBusy(int process) {
        for (Worker worker : workers) {
            if (worker.process == process && !worker.isIdle()) {
                return true;
            }
        }
        return false;
    }

    private void addOf(Worker worker, Replica process, List<Action> actions) {
        int who = worker.number;
        switch (worker.phase) {
            case IDLE -> {
                if (!process.stopping && process.gate.mayPoll() && isFirstIdle(worker)) {
                    Set<String> same = new HashSet<>();
                    for (Message message : messages) {
                        if (message.isVisible(clock.instant()) && same.add(describe(message))) {
                            actions.add(new Action(Kind.RECEIVE, who, message.number, Fault.NONE));
                        }
                    }
                }
            }
            case EVENTS -> {
                if (worker.inline() == null && !worker.cut && worker.next < worker.elements.size()) {
                    addWithTableFaults(actions, new Action(Kind.CLAIM, who, 0, Fault.NONE));
                    if (may(Misfortune.ABOVE)) {
                        actions.add(new Action(Kind.ABOVE, who, 0, Fault.NONE));
                    }
                }
            }
            case LETTERS -> {
                Action letter = new Action(Kind.LETTER, who, 0, Fault.NONE);
                actions.add(letter);
                if (may(Misfortune.LETTER)) {
                    actions.add(letter.with(Fault.REQUEST_LOST));
                    actions.add(letter.with(Fault.ANSWER_LOST));
                    actions.add(letter.with(Fault.REFUSED));
                }
                if (may(Misfortune.TABLE)) {
                    actions.add(letter.with(Fault.RELEASE_LOST));
                }
            }
            case SETTLE -> {
                Action settle = new Action(Kind.SETTLE, who, 0, Fault.NONE);
                actions.add(settle);
                if (isToBeDeleted(worker)) {
                    if (may(Misfortune.DELETE)) {
                        actions.add(settle.with(Fault.REQUEST_LOST));
                        actions.add(settle.with(Fault.ANSWER_LOST));
                    }
                } else if (may(Misfortune.TABLE) && !worker.letters.isEmpty()) {
                    actions.add(settle.with(Fault.REQUEST_LOST));
                }
            }
        }
        for (Run run : worker.runs) {
            addOf(worker, run, actions);
        }
    }

    private boolean isFirstIdle(Worker worker) {
        for (Worker other : workers) {
            if (other.process == worker.process && other.isIdle()) {
                return other == worker;
            }
        }
        return false;
    }

    private void addOf(Worker worker, Run run, List<Action> actions) {
        int who = worker.number;
        int which = run.element.place;
        boolean parallel = setup.shape() == Shape.PARALLEL;
        boolean poison = run.element.isPoison();
        boolean mayFail = poison || may(Misfortune.FAILURE);
        if (!run.exchangeOver && mayFail && run.phase != Run.Phase.OVER && (parallel || run.phase == Run.Phase.STEP)) {
            addWithTableFaults(actions, new Action(Kind.FAIL, who, which, Fault.NONE));
        }
        switch (run.phase) {
            case STEP -> {
                Action send = new Action(Kind.SEND, who, which, Fault.NONE);
                if (parallel) {
                    actions.add(send);
                } else if (!poison) {
                    addWithSendFaults(actions, send);
                    addTogether(worker, run, actions);
                }
            }
            case UNDER_WAY -> addWithSendFaults(actions, new Action(Kind.REACH, who, which, Fault.NONE));
            case ANSWERED -> {
                Action end = new Action(Kind.END, who, which, Fault.NONE);
                // the branch beside it fails first
                if (!poison || run.exchangeOver || run.failure != null) {
                    addWithTableFaults(actions, end);
                    if (may(Misfortune.PAUSE) && setup.groups()) {
                        actions.add(end.with(Fault.SLOW));
                    }
                    if (may(Misfortune.LISTENER)) {
                        actions.add(end.with(Fault.LISTENER_THROWS));
                    }
                }
            }
            case OVER -> {}
        }
    }

    private void addTogether(Worker worker, Run run, List<Action> actions) {
        if (!may(Misfortune.PARTLY)) {
            return;
        }
        for (Worker other : workers) {
            Run beside = other.inline();
            if (other != worker
                    && other.process == worker.process
                    && beside != null
                    && beside.phase == Run.Phase.STEP
                    && !beside.element.isPoison()) {
                actions.add(new Action(Kind.TOGETHER, worker.number, other.number, Fault.SECOND_FAILS));
            }
        }
    }

    private void addWithTableFaults(List<Action> actions, Action action) {
        actions.add(action);
        if (may(Misfortune.TABLE)) {
            actions.add(action.with(Fault.REQUEST_LOST));
            actions.add(action.with(Fault.ANSWER_LOST));
            if (setup.groups()) {
                actions.add(action.with(Fault.LATE));
            }
        }
        if (may(Misfortune.MEANWHILE)) {
            actions.add(action.with(Fault.OTHERS_BEFORE));
            actions.add(action.with(Fault.OTHERS_AFTER));
        }
    }

    private void addWithSendFaults(List<Action> actions, Action action) {
        actions.add(action);
        if (may(Misfortune.SEND)) {
            actions.add(action.with(Fault.REQUEST_LOST));
            actions.add(action.with(Fault.ANSWER_LOST));
        }
        if (may(Misfortune.REFUSAL)) {
            actions.add(action.with(Fault.REFUSED));
        }
    }

    // ---- what happens ---------------------------------------------------------------------------------------------

    void apply(Action action) {
        result = "";
        meanwhile = "";
        Worker mine = isOfWorker(action.kind()) ? workers.get(action.who()) : null;
        if (mine != null) {
            faults.whileOthers(() -> othersGoOn(mine));
        }
        switch (action.kind()) {
            case PUT -> queue.put(messages.get(action.who()));
            case RECEIVE -> receive(mine, messages.get(action.which()));
            case CLAIM -> claim(mine, action.fault());
            case ABOVE -> failAboveTheKeys(mine);
            case FAIL -> fail(mine, run(mine, action), action.fault());
            case SEND -> send(mine, run(mine, action), action.fault());
            case REACH -> reach(run(mine, action), action.fault());
            case TOGETHER ->
                sendTogether(mine.inline(), workers.get(action.which()).inline());
            case END -> end(mine, run(mine, action), action.fault());
            case LETTER -> letter(mine, action.fault());
            case SETTLE -> settle(mine, action.fault());
            case KILL -> kill(action.who());
            case PAUSE -> {
                spend(Misfortune.PAUSE);
                pause(processes[action.who()], PAUSE_TICKS);
            }
            case RESUME -> processes[action.who()].paused = false;
            case STOP -> stop(processes[action.who()]);
            case CUT -> {
                for (Worker cut : workers) {
                    if (cut.process == action.who() && mayBeCut(cut)) {
                        cut.cut = true;
                        advance(cut);
                    }
                }
            }
            case RESTART -> restart(action.who());
            case AGAIN -> again(messages.get(action.who()));
            case ARRIVE -> faults.carryOutALateRequest();
            case TICK -> {
                spendTableFault(action.fault());
                renewalsFailed |= action.fault() != Fault.NONE;
                faults.next(action.fault());
                pass(nextTick());
                faults.next(Fault.NONE);
            }
            case LONG_WAIT -> {
                spend(Misfortune.LONG_WAIT);
                pass(setup.window().plus(leaseAndSkew).plus(leaseAndSkew));
            }
        }
        for (Replica process : processes) {
            if (!process.paused && process.gate.isPolling() && process.claims.pendingConfirms() > 0) {
                throw new Violation(
                        "polls: process " + process.number + " receives messages while a confirm of it is not written");
            }
        }
    }

    private static boolean isOfWorker(Kind kind) {
        return switch (kind) {
            case RECEIVE, CLAIM, ABOVE, FAIL, SEND, REACH, TOGETHER, END, LETTER, SETTLE -> true;
            default -> false;
        };
    }

    private static Run run(Worker worker, Action action) {
        for (Run run : worker.runs) {
            if (run.element.place == action.which() && run.phase != Run.Phase.OVER) {
                return run;
            }
        }
        throw new IllegalStateException("no such event in hand");
    }

    private void receive(Worker worker, Message message) {
        Replica process = processes[worker.process];
        int handle = queue.receive(message);
        process.receivedAgain(message);
        if (process.finished.containsKey(message)) {
            process.finished.put(message, handle);
            process.retryDeletes();
            process.worked();
            result = "finished before, deleted";
            return;
        }
        for (Element element : message.elements) {
            Set<Replica> lives = letteredBy.getOrDefault(element, Set.of());
            if (!lives.isEmpty() && !lives.contains(process)) {
                // this process does not know what another one, or an earlier life of it, has dead-lettered
                books.excuseLetter(element);
            }
        }
        worker.message = message;
        worker.handle = handle;
        worker.delivery = new Delivery(message.id(), "", message.receives, Optional.empty(), process.pipeline);
        worker.exchange = new DefaultExchange(CONTEXT);
        worker.delivery.putOn(worker.exchange);
        worker.elements = worker.delivery.split(message.elements);
        worker.phase = Phase.EVENTS;
        advance(worker);
    }

    /** Begins with the next event of the message. */
    private Run begin(Worker worker) {
        Element element = worker.elements.get(worker.next++);
        Exchange exchange = new DefaultExchange(CONTEXT);
        exchange.getMessage().setBody(element);
        if (!worker.delivery.begin(exchange, element.key())) {
            throw new IllegalStateException(element + " has begun before");
        }
        Run run = new Run(element, EventInFlight.of(exchange).orElseThrow(), exchange);
        worker.runs.add(run);
        return run;
    }

    private void claim(Worker worker, Fault fault) {
        spendTableFault(fault);
        Run run = begin(worker);
        String key = run.element.key();
        run.event.identify(new EventKey(key, setup.window(), key, "rule", false, "type", Optional.empty()), null);
        Replica process = processes[worker.process];
        run.claim = process.claims.prepare(key, "token-" + tokens++, setup.window(), Content.NONE);
        try {
            faults.next(fault);
            Admission admission = run.claim.admit();
            faults.next(Fault.NONE);
            if (admission instanceof Admission.Claimed) {
                claimed(worker, run, admission);
            } else {
                books.takenForDuplicate(run.element);
                result = "a duplicate";
                run.event.admitted(admission, false, process.clock.instant());
                finish(worker, run);
            }
        } catch (KeyInProgressException e) {
            result = "in progress elsewhere";
            if (has(Defect.FALSE_FOR_IN_PROGRESS)) {
                run.exchange.setProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, true);
            } else {
                run.exchange.setException(e);
            }
            finish(worker, run);
        } catch (ClaimFailedException e) {
            result = "the table does not answer";
            run.exchange.setException(e);
            finish(worker, run);
        } finally {
            // one that reads first may have asked for nothing that can be lost
            faults.next(Fault.NONE);
        }
        advance(worker);
    }

    private void claimed(Worker worker, Run run, Admission admission) {
        String key = run.element.key();
        result = "claimed" + (run.claim.failures() > 0 ? " after " + run.claim.failures() + " failures" : "");
        if (run.claim.failures() != books.failuresWritten(key)) {
            throw new Violation("miscounted: the work on " + key + " failed " + books.failuresWritten(key)
                    + " times, and the claim says " + run.claim.failures());
        }
        run.event.admitted(admission, false, processes[worker.process].clock.instant());
        if (has(Defect.CONFIRM_BEFORE_FORWARD)) {
            run.claim.confirm();
        }
        if (setup.shape() == Shape.HANDED_OVER) {
            Exchange work = new DefaultExchange(CONTEXT);
            run.exchange.getExchangeExtension().handoverCompletions(work);
            complete(run.exchange);
            run.exchange = work;
            run.detached = true;
        }
    }

    private void failAboveTheKeys(Worker worker) {
        spend(Misfortune.ABOVE);
        books.failed(worker.elements.get(worker.next));
        if (has(Defect.FAILURE_ABOVE_THE_KEYS_IS_ONLY_LOGGED)) {
            worker.next++;
            worker.delivery.failed(STEP_FAILED, Optional.empty());
        } else {
            Run run = begin(worker);
            run.exchange.setException(STEP_FAILED);
            finish(worker, run);
        }
        advance(worker);
    }

    private void fail(Worker worker, Run run, Fault fault) {
        spendTableFault(fault);
        if (!run.element.isPoison()) {
            spend(Misfortune.FAILURE);
        }
        books.failed(run.element);
        run.exchange.setException(STEP_FAILED);
        faults.next(fault);
        boolean sending = run.phase == Run.Phase.UNDER_WAY || run.phase == Run.Phase.ANSWERED;
        run.exchangeOver = true;
        complete(run.exchange);
        faults.next(Fault.NONE);
        if (sending) {
            run.detached = true;
        } else {
            run.phase = Run.Phase.OVER;
        }
        result = "attempt " + run.event.attempts() + whatNow(run);
        advance(worker);
    }

    private void send(Worker worker, Run run, Fault fault) {
        boolean announced = !(has(Defect.ENDS_WHILE_SENDING) && setup.shape() == Shape.PARALLEL);
        if (announced && run.event.beginSend().isEmpty()) {
            // an event that has failed is not sent
            finish(worker, run);
            advance(worker);
            return;
        }
        run.phase = Run.Phase.UNDER_WAY;
        if (setup.shape() != Shape.PARALLEL) {
            reach(run, fault);
        }
    }

    private void reach(Run run, Fault fault) {
        run.phase = Run.Phase.ANSWERED;
        switch (fault) {
            case REQUEST_LOST -> {
                spend(Misfortune.SEND);
                run.failure = UNAVAILABLE;
            }
            case ANSWER_LOST -> {
                spend(Misfortune.SEND);
                books.accepted(run.element);
                books.excuse(run.element.key());
                run.failure = UNAVAILABLE;
            }
            case REFUSED -> {
                spend(Misfortune.REFUSAL);
                run.failure = REFUSED;
            }
            default -> books.accepted(run.element);
        }
    }

    /** The queue takes the first message, the second one fails, and so does its repetition. */
    private void sendTogether(Run first, Run second) {
        spend(Misfortune.PARTLY);
        first.event.beginSend();
        second.event.beginSend();
        int[] requests = new int[1];
        List<Optional<RuntimeException>> answers = SendsInside.sendAll(List.of("first", "second"), bodies -> {
            if (requests[0]++ > 0) {
                throw UNAVAILABLE;
            }
            books.accepted(first.element);
            return List.of(true, false);
        });
        boolean wholly = has(Defect.PARTLY_FAILED_BATCH_FAILS_WHOLLY);
        first.failure = wholly || answers.get(0).isPresent() ? UNAVAILABLE : null;
        second.failure = answers.get(1).isPresent() ? UNAVAILABLE : null;
        first.phase = Run.Phase.ANSWERED;
        second.phase = Run.Phase.ANSWERED;
    }

    private void end(Worker worker, Run run, Fault fault) {
        Replica process = processes[worker.process];
        String key = run.element.key();
        if (fault == Fault.LISTENER_THROWS) {
            spend(Misfortune.LISTENER);
            faults.listenerThrows(has(Defect.LISTENER_DECIDES));
        } else if (fault == Fault.SLOW) {
            spend(Misfortune.PAUSE);
            faults.duringASlowRequest(() -> othersClaim(process));
            faults.next(fault);
        } else {
            spendTableFault(fault);
            faults.next(fault);
        }
        answer(run, process);
        if (!run.exchangeOver) {
            complete(run.exchange);
        }
        run.phase = Run.Phase.OVER;
        faults.next(Fault.NONE);
        faults.listenerThrows(false);
        result = whatNow(run);
        advance(worker);
    }

    private void answer(Run run, Replica process) {
        if (has(Defect.ENDS_WHILE_SENDING) && setup.shape() == Shape.PARALLEL) {
            if (DeliveryInside.isEnded(run.event)) {
                return;
            }
            run.event.beginSend();
        }
        if (run.failure == null) {
            process.proved(PROOF);
            run.event.sendAccepted(true);
        } else {
            run.exchange.setException(run.failure);
            run.event.sendFailed(run.failure);
        }
    }

    private static String whatNow(Run run) {
        return run.event.isForwarded()
                ? "forwarded"
                : run.event
                        .failure()
                        .map(failure -> failure instanceof Failure.Dead ? ", to be dead-lettered" : ", comes again")
                        .orElse("");
    }

    /** The event's exchange has ended, and nothing of it is under way. */
    private void finish(Worker worker, Run run) {
        complete(run.exchange);
        run.exchangeOver = true;
        run.phase = Run.Phase.OVER;
    }

    private static void complete(Exchange exchange) {
        UnitOfWorkHelper.doneSynchronizations(
                exchange, exchange.getExchangeExtension().handoverCompletions());
    }

    /** When its events are at rest, the message goes on. */
    private void advance(Worker worker) {
        if (worker.phase == Phase.EVENTS
                && worker.inline() == null
                && (worker.cut || worker.next == worker.elements.size())
                && DeliveryInside.isAtRest(worker.delivery)
                && worker.runs.stream().allMatch(run -> run.phase == Run.Phase.OVER)) {
            worker.letters = worker.cut ? List.of() : worker.delivery.unsentLetters(worker.exchange);
            worker.phase = worker.letters.isEmpty() ? Phase.SETTLE : Phase.LETTERS;
        }
    }

    private boolean isWaiting(Worker worker) {
        return worker.phase == Phase.EVENTS
                && worker.inline() == null
                && worker.next == worker.elements.size()
                && !DeliveryInside.isAtRest(worker.delivery);
    }

    private void letter(Worker worker, Fault fault) {
        org.apache.camel.Message letter = worker.letters.get(worker.nextLetter++);
        Exchange exchange = new DefaultExchange(CONTEXT);
        exchange.setMessage(letter);
        EventInFlight event = EventInFlight.ofLetter(exchange).orElseThrow();
        Element element = worker.message.elements.get(DeliveryInside.place(event));
        boolean taken = fault != Fault.REQUEST_LOST && fault != Fault.REFUSED;
        if (taken) {
            letteredBy.computeIfAbsent(element, first -> new HashSet<>()).add(processes[worker.process]);
            books.lettered(
                    element,
                    "ATTEMPTS_EXHAUSTED".equals(letter.getHeader(DeadLetter.REASON)),
                    event.keyHash().isPresent());
        }
        switch (fault) {
            case REQUEST_LOST, ANSWER_LOST -> {
                spend(Misfortune.LETTER);
                if (fault == Fault.ANSWER_LOST) {
                    books.excuseLetter(element);
                }
                event.letterFailed(UNAVAILABLE);
            }
            case REFUSED -> {
                spend(Misfortune.LETTER);
                event.letterFailed(REFUSED);
            }
            case RELEASE_LOST -> {
                spend(Misfortune.TABLE);
                faults.next(Fault.REQUEST_LOST);
                event.letterAccepted();
                faults.next(Fault.NONE);
            }
            default -> event.letterAccepted();
        }
        if (worker.nextLetter == worker.letters.size()) {
            worker.phase = Phase.SETTLE;
        }
    }

    private boolean isToBeDeleted(Worker worker) {
        return has(Defect.UNBEGUN_EVENTS_ARE_FORGOTTEN) || has(Defect.FAILURE_ABOVE_THE_KEYS_IS_ONLY_LOGGED)
                ? DeliveryInside.isWhatWasBegunSettled(worker.delivery)
                : worker.delivery.isSettled();
    }

    private void settle(Worker worker, Fault fault) {
        Replica process = processes[worker.process];
        worker.delivery.exchangeEnded(worker.exchange);
        if (isToBeDeleted(worker)) {
            delete(worker, process, fault);
        } else {
            giveBack(worker, process, fault);
        }
        worker.drop();
    }

    private void delete(Worker worker, Replica process, Fault fault) {
        result = "deleted";
        process.finished.put(worker.message, worker.handle);
        if (fault != Fault.REQUEST_LOST) {
            process.delete(worker.message, worker.handle);
        }
        if (fault == Fault.NONE) {
            process.finished.remove(worker.message);
            process.pipeline.histories().forget(worker.delivery);
        } else {
            spend(Misfortune.DELETE);
            process.gate.stop("");
        }
        process.worked();
    }

    private void giveBack(Worker worker, Replica process, Fault fault) {
        spendTableFault(fault);
        faults.next(fault);
        Failure.Again back = worker.delivery.givenBack().orElse(new Failure.Again(Duration.ZERO, false, false));
        faults.next(Fault.NONE);
        process.pipeline.histories().remember(worker.delivery);
        boolean later = !process.stopping || !back.outage();
        queue.changeVisibility(worker.message, worker.handle, later ? back.visibleIn() : Duration.ZERO);
        if (back.outage() && !process.stopping) {
            process.defer(worker.message, worker.handle);
        }
        result = "given back";
    }

    private void kill(int process) {
        spend(Misfortune.KILL);
        excuseWhatIsNotConfirmed(process);
        for (Worker worker : workers) {
            if (worker.process == process) {
                worker.drop();
            }
        }
        boot(process);
    }

    /** A process ends between the output's acceptance and the confirmation. */
    private void excuseWhatIsNotConfirmed(int process) {
        Set<String> excused = new HashSet<>();
        for (String key : books.keys()) {
            processes[process].current(key).filter(ClaimsInside::isUnconfirmed).ifPresent(claim -> excused.add(key));
        }
        for (Worker worker : workers) {
            if (worker.process == process) {
                worker.runs.stream()
                        .filter(run -> run.phase == Run.Phase.ANSWERED && run.failure == null)
                        .forEach(run -> excused.add(run.element.key()));
            }
        }
        excused.forEach(books::excuse);
    }

    /** What was not begun is given back at once. */
    private void stop(Replica process) {
        spend(Misfortune.STOP);
        process.stopping = true;
        for (Worker worker : workers) {
            if (worker.process == process.number
                    && worker.phase == Phase.EVENTS
                    && worker.next == 0
                    && !worker.elements.isEmpty()) {
                process.pipeline.histories().remember(worker.delivery);
                queue.changeVisibility(worker.message, worker.handle, Duration.ZERO);
                worker.drop();
            }
        }
    }

    private void restart(int process) {
        processes[process].drain();
        excuseWhatIsNotConfirmed(process);
        boot(process);
    }

    private void again(Message message) {
        spend(Misfortune.AGAIN);
        boolean finished = Arrays.stream(processes).anyMatch(process -> process.finished.containsKey(message));
        if (!finished) {
            // two deliveries at a time do not know of each other
            message.elements.forEach(books::excuseLetter);
        }
        queue.endVisibility(message);
    }

    /** For longer than its lease, and so that others get the messages that it has in hand. */
    private void pause(Replica process, int ticks) {
        process.paused = true;
        for (Worker worker : workers) {
            if (worker.process == process.number && !worker.isIdle()) {
                worker.message.elements.forEach(books::excuseLetter);
            }
        }
        for (int tick = 0; tick < ticks; tick++) {
            pass(TICK);
        }
    }

    /** While a process waits for an answer and is paused, the others go on to claim what they can get. */
    private void othersClaim(Replica paused) {
        pause(paused, setup.skewed() ? SHORT_PAUSE_TICKS : PAUSE_TICKS);
        for (Worker worker : workers) {
            if (worker.process != paused.number && worker.isIdle() && !processes[worker.process].stopping) {
                messages.stream()
                        .filter(message -> message.isVisible(clock.instant()))
                        .findFirst()
                        .ifPresent(message -> {
                            receive(worker, message);
                            if (worker.phase == Phase.EVENTS) {
                                claim(worker, Fault.NONE);
                            }
                        });
            }
        }
        paused.paused = false;
    }

    private void spendTableFault(Fault fault) {
        if (fault == Fault.OTHERS_BEFORE || fault == Fault.OTHERS_AFTER) {
            spend(Misfortune.MEANWHILE);
        } else if (fault != Fault.NONE) {
            spend(Misfortune.TABLE);
        }
    }

    /** Each of the other workers takes up to two steps, without any misfortune. */
    private void othersGoOn(Worker waiting) {
        List<String> told = new ArrayList<>();
        for (Worker other : workers) {
            for (int step = 0; step < 2 && other != waiting && !processes[other.process].paused; step++) {
                List<Action> steps = new ArrayList<>();
                addOf(other, processes[other.process], steps);
                if (!steps.isEmpty()) {
                    told.add(tell(steps.get(0)));
                    apply(steps.get(0));
                    told.add(result);
                }
            }
        }
        meanwhile = told.isEmpty() ? "" : " [meanwhile " + String.join("; ", told) + "]";
    }

    /** Five seconds; if nobody has anything in hand, until the next message becomes visible. */
    private Duration nextTick() {
        if (isQuiet()) {
            Instant now = clock.instant();
            return messages.stream()
                    .filter(message -> message.sent && !message.deleted && message.visibleFrom.isAfter(now))
                    .map(message -> Duration.between(now, message.visibleFrom))
                    .min(Duration::compareTo)
                    .filter(wait -> wait.compareTo(TICK) > 0)
                    .orElse(TICK);
        }
        return TICK;
    }

    private boolean isQuiet() {
        Instant now = clock.instant();
        return messages.stream().noneMatch(message -> message.isVisible(now))
                && Arrays.stream(processes)
                        .noneMatch(process -> process.paused
                                || isBusy(process.number)
                                || process.hasPending()
                                || !process.gate.isPolling());
    }

    /** Every process but a paused one looks after its leases, its pending confirms and the messages in hand. */
    private void pass(Duration time) {
        clock.move(time);
        table.deleteExpired().forEach(environment::rowExpired);
        boolean empty = messages.stream().noneMatch(message -> message.isVisible(clock.instant()));
        for (Replica process : processes) {
            if (!process.paused) {
                boolean blocked = has(Defect.WAITING_BLOCKS_RENEWALS)
                        && workers.stream().anyMatch(worker -> worker.process == process.number && isWaiting(worker));
                process.lookAround(!blocked, empty && !isBusy(process.number));
            }
        }
        for (Worker worker : workers) {
            if (!processes[worker.process].paused && worker.message != null) {
                queue.changeVisibility(worker.message, worker.handle, SimulatedQueue.VISIBILITY);
                if (!renewalsFailed) {
                    worker.runs.stream()
                            .filter(run -> run.phase != Run.Phase.OVER)
                            .forEach(run -> processes[worker.process].requireLease(run.event, run.element.key()));
                }
            }
        }
        queue.timePasses(messages);
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    boolean isSettled() {
        return messages.stream().allMatch(message -> message.deleted)
                && Arrays.stream(processes)
                        .noneMatch(process -> process.paused || isBusy(process.number) || process.hasPending());
    }

    /** No more misfortune: everybody goes on until nothing is left, and then the books are checked. */
    void finish() {
        finish(action -> apply(action));
    }

    /** @param steps takes the steps */
    void finish(Consumer<Action> steps) {
        Arrays.fill(left, 0);
        Instant latest = clock.instant().plus(MOST_TIME);
        while (faults.late() > 0) {
            faults.carryOutALateRequest();
        }
        for (Replica process : processes) {
            process.paused = false;
        }
        while (!isSettled() && clock.instant().isBefore(latest)) {
            goOn(steps);
            steps.accept(Action.of(Kind.TICK));
        }
        if (!isSettled()) {
            throw new Violation("stuck: a message is never settled: "
                    + messages.stream().filter(message -> !message.deleted).toList());
        }
        books.close();
    }

    /** Whoever can do something does it, the others first: they do not remember what the first has done. */
    private void goOn(Consumer<Action> taking) {
        Set<Action> received = new HashSet<>();
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            // nobody receives a message twice before the others have had their turn
            Optional<Action> next = enabled().stream()
                    .filter(action -> action.kind() != Kind.TICK && action.kind() != Kind.CUT)
                    .filter(action -> !received.contains(action))
                    .reduce((first, second) ->
                            isOfWorker(second.kind()) && second.who() > first.who() ? second : first);
            if (next.isEmpty()) {
                return;
            }
            if (next.get().kind() == Kind.RECEIVE) {
                received.add(next.get());
            }
            taking.accept(next.get());
        }
        throw new Violation("stuck: a message goes round without an end");
    }

    // ---- what distinguishes this world from others ----------------------------------------------------------------

    /** Times are relative to now, and equal processes, workers and messages interchangeable. */
    String fingerprint() {
        Instant now = clock.instant();
        StringBuilder text = new StringBuilder(200);
        for (String key : books.keys()) {
            text.append(key)
                    .append(table.row(key).map(row -> describe(row, now)).orElse("-"));
            text.append(table.isCompleted(key) ? "c" : "")
                    .append(books.describe(key))
                    .append(',');
        }
        if (setup.groups() && table.areInOneGroup()) {
            text.append('g');
        }
        List<String> parts = new ArrayList<>();
        for (Replica process : processes) {
            StringBuilder part = new StringBuilder();
            process.describe(books.keys(), messages, !setup.window().equals(Setup.LONG_WINDOW), part);
            part.append(views[process.number].isGroupOpen() ? "o" : "");
            if (setup.skewed()) {
                part.append('#').append(process.number);
            }
            workers.stream()
                    .filter(worker -> worker.process == process.number)
                    .map(worker -> describe(worker))
                    .sorted()
                    .forEach(part::append);
            parts.add(part.toString());
        }
        parts.sort(null);
        parts.forEach(part -> text.append('|').append(part));
        text.append('|');
        messages.stream().map(this::describe).sorted().forEach(text::append);
        text.append('|');
        for (int times : left) {
            text.append((char) ('0' + times));
        }
        return text.append(faults.late()).append(renewalsFailed ? 'r' : '-').toString();
    }

    private static String describe(KeyState row, Instant now) {
        if (row instanceof KeyState.InProgress inProgress) {
            long rest = Duration.between(now, inProgress.leaseUntil()).toSeconds();
            return "I" + Math.max(-2, rest) + "f" + inProgress.failures()
                    + inProgress.group().map(group -> "g").orElse("");
        }
        return row instanceof KeyState.Free free ? "F" + free.failures() : "C";
    }

    private String describe(Message message) {
        if (message.deleted) {
            return message.keys + "d" + message.number;
        }
        if (!message.sent) {
            return message.keys + "-";
        }
        long seconds = Math.max(
                0, Duration.between(clock.instant(), message.visibleFrom).toSeconds());
        String remembered = Arrays.stream(processes)
                .map(process -> DeliveryInside.remembered(process.pipeline.histories(), message.id())
                        + process.finished.containsKey(message))
                .reduce("", String::concat);
        return message.keys + seconds + remembered + books.describe(message) + ";";
    }

    private String describe(Worker worker) {
        if (worker.isIdle()) {
            return "i";
        }
        StringBuilder text = new StringBuilder();
        text.append(worker.phase.ordinal()).append(worker.cut ? 'c' : '-').append(worker.next);
        text.append(describe(worker.message)).append(worker.handle == worker.message.receives ? 'h' : '-');
        text.append(DeliveryInside.describe(worker.delivery)).append(worker.nextLetter);
        for (Run run : worker.runs) {
            if (run.phase != Run.Phase.OVER) {
                boolean owns = run.claim != null
                        && table.row(run.element.key())
                                .map(row -> row.isOwnedBy(run.claim.owner()))
                                .orElse(false);
                text.append(run.element.place).append((char) ('a' + run.phase.ordinal()));
                text.append(owns ? 'o' : '-').append(run.failure == null ? "" : run.failure.getMessage());
                text.append(ClaimsInside.describe(run.claim, clock.instant()));
            }
        }
        return text.append(';').toString();
    }

    // ---- for whoever reads a story --------------------------------------------------------------------------------

    /** The step in words, to be asked before it is taken. */
    String tell(Action action) {
        return new Teller(workers, messages, setup).tell(action);
    }

    /** What came of the last step, in words. */
    String result() {
        return result + meanwhile;
    }
}
