package io.eventdedup.sqs;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.Background;
import io.eventdedup.event.Delivery;
import io.eventdedup.event.Failure;
import io.eventdedup.event.ReturnDelay;
import io.eventdedup.event.Steps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Receives messages, runs each through the route, and deletes it or gives it back.
 *
 * <ol>
 *   <li>A poller asks the {@link Gate} for permission, receives up to ten messages, and hands each to a worker. While all workers are
 *       busy, it waits; this is the back-pressure. From a FIFO queue, it receives one message at a time, because SQS holds back the rest of
 *       a group while one of its messages is invisible (AWS documentation, FIFO delivery logic).
 *   <li>From its receipt on, a message is a {@link Delivery}. {@link VisibilityKeeper} keeps it invisible, also while it waits for a
 *       worker.
 *   <li>The route runs. Then the worker waits until every event of the message has ended, including those that a step has handed over to
 *       other threads.
 *   <li>If all events are settled, the message is deleted ({@link Deletes}). Otherwise it is given back, and becomes visible after the
 *       longest delay that one of its events asks for.
 *   <li>When the route stops, messages in flight are finished, and messages that have not begun are given back at once.
 * </ol>
 */
public final class DedupSqsConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(DedupSqsConsumer.class);

    private static final List<MessageSystemAttributeName> SYSTEM_NAMES = List.of(
            MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
            MessageSystemAttributeName.SENT_TIMESTAMP,
            MessageSystemAttributeName.AWS_TRACE_HEADER);

    /** How long SQS waits for a message before it answers that there is none. */
    private static final Duration LONG_POLL = Duration.ofSeconds(5);

    private static final Duration TRIAL_POLL = Duration.ofSeconds(1);

    private static final long STEP_TRIAL_MILLIS = 500;

    /** How long a poller waits, at the gate or for a worker, before it checks whether it must stop. */
    private static final long WAIT_MILLIS = 200;

    /** How long a stop waits for busy workers, after Camel has waited for the messages in flight. */
    private static final long LAST_WAIT_SECONDS = 2;

    private static final int SCHEDULER_THREADS = 5;
    private static final int SETTLER_THREADS = 8;

    private final DedupSqsComponent component;
    private final QueueName queue;
    private final int pollerCount;
    private final int workerCount;
    private final Clock clock = Clock.systemUTC();
    private final ReturnDelay returnDelay =
            new ReturnDelay(() -> ThreadLocalRandom.current().nextDouble());

    private QueuePipeline pipeline;
    private Deliveries deliveries;
    private Deletes deletes;
    private VisibilityKeeper visibilityKeeper;
    private volatile Gate gate;
    private ExecutorService workers;

    /** For the gate, the retries of deletes, the visibility of messages, and the timers of batches: one thread each. */
    private ScheduledExecutorService scheduler;

    /** These threads delete messages and give them back. */
    private ExecutorService settlers;

    /** The current pollers. After a shutdown, they finish the current poll and end; a resume starts new ones. */
    private volatile ExecutorService pollers;

    /** One permit per worker; a message holds it until it is deleted or given back. */
    private final Semaphore freeWorkers;

    DedupSqsConsumer(DedupSqsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.component = endpoint.getComponent();
        this.queue = endpoint.name();
        this.pollerCount = endpoint.pollers();
        this.workerCount = endpoint.workers();
        this.freeWorkers = new Semaphore(workerCount);
    }

    QueuePipeline pipeline() {
        return pipeline;
    }

    QueueName queue() {
        return queue;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        DedupSqsEndpoint endpoint = (DedupSqsEndpoint) getEndpoint();
        component.refuseLoop(queue, endpoint.output(), endpoint.deadLetters());
        component.refuseSecond(queue, getRouteId());
        SqsCalls calls = component.connections().calls(queue);
        boolean unbatched = queue.isFifo() || !component.mergeGroup().isMerging();
        Duration visibility = component.getVisibilityTimeout();
        scheduler = threads().newScheduledThreadPool(this, "dedup-schedule", SCHEDULER_THREADS);
        settlers = threads().newFixedThreadPool(this, "dedup-settle", SETTLER_THREADS);
        workers = threads().newFixedThreadPool(this, "dedup-worker", workerCount);
        Gate polls = new Gate(queue.name(), this::probe, clock, scheduler, this::makeAllVisible);
        pipeline = pipeline(polls);
        gate = polls;
        deliveries = new Deliveries(pipeline.histories());
        deletes = new Deletes(queue, calls, deliveries, unbatched, scheduler, settlers);
        deletes.start(gate);
        visibilityKeeper =
                new VisibilityKeeper(queue, calls, deliveries, clock, visibility, unbatched, scheduler, settlers);
        visibilityKeeper.start();
        Background.repeat(
                scheduler,
                STEP_TRIAL_MILLIS,
                "Unavailable steps could not be tried; the next try follows",
                this::tryUnavailableSteps);
        component.add(this);
        startPolling();
    }

    private QueuePipeline pipeline(Gate polls) {
        DedupSqsEndpoint endpoint = (DedupSqsEndpoint) getEndpoint();
        QueueName output = endpoint.output();
        return new QueuePipeline(
                getRouteId(),
                endpoint.keyPrefix(),
                queue,
                output,
                endpoint.deadLetters(),
                component.connections(),
                polls,
                polls::stopped,
                component.failures(),
                new Steps(component.getOutageAfter(), clock),
                component.listener(),
                () -> component.hasProducer(output),
                () -> visibilityKeeper.deferredMessages());
    }

    /** Polling has resumed, so the messages that were given back because of the outage become visible at once. */
    private void makeAllVisible() {
        settlers.execute(() -> visibilityKeeper.makeVisible(Integer.MAX_VALUE));
    }

    /** While polling continues, makes one waiting message at a time visible, so that its event tries the unavailable step. */
    private void tryUnavailableSteps() {
        if (gate.stopped().isEmpty() && visibilityKeeper.deferredMessages() > 0) {
            if (pipeline.steps().isTrialDue()) {
                visibilityKeeper.makeVisible(1);
            } else if (pipeline.steps().outages().isEmpty()) {
                visibilityKeeper.makeVisible(Integer.MAX_VALUE);
            }
        }
    }

    private ExecutorServiceManager threads() {
        return getEndpoint().getCamelContext().getExecutorServiceManager();
    }

    private void startPolling() {
        ExecutorService mine = threads().newFixedThreadPool(this, "dedup-poller", pollerCount);
        pollers = mine;
        for (int i = 0; i < pollerCount; i++) {
            mine.execute(() -> pollUntilStopped(mine));
        }
    }

    /** Throws while a service that the route needs is unavailable, or a failed delete still fails. */
    private void probe() {
        component.probe().run();
        pipeline.probe();
        deletes.retry();
    }

    private void pollUntilStopped(ExecutorService mine) {
        while (!mine.isShutdown()) {
            try {
                poll(mine);
            } catch (InterruptedException stopping) {
                return;
            } catch (Throwable failure) {
                if (!mine.isShutdown()) {
                    gate.stop(failure);
                }
            }
        }
    }

    private void poll(ExecutorService mine) throws InterruptedException {
        Gate.Permit permit = gate.awaitPermit(WAIT_MILLIS);
        if (permit == Gate.Permit.NONE) {
            return;
        }
        try {
            boolean trial = permit == Gate.Permit.TRIAL;
            List<ReceivedMessage> received = receive(trial || queue.isFifo() ? 1 : SqsCalls.MAX_BATCH, trial);
            if (received.isEmpty() && trial) {
                received = deferredMessage();
            }
            if (received.isEmpty()) {
                gate.worked();
            }
            Iterator<ReceivedMessage> rest = received.iterator();
            try {
                while (rest.hasNext()) {
                    dispatch(rest.next(), permit, mine);
                }
            } finally {
                // after an interrupt or an error
                rest.forEachRemaining(message -> visibilityKeeper.giveBack(message, Duration.ZERO));
            }
        } finally {
            gate.pollEnded();
        }
    }

    private List<ReceivedMessage> receive(int max, boolean trial) {
        List<String> attributeNames = AttributeFilter.names(component.getMessageAttributeNames());
        Duration visibility = component.getVisibilityTimeout();
        List<Message> messages = component
                .connections()
                .calls(queue)
                .receive(queue, max, attributeNames, SYSTEM_NAMES, visibility, trial ? TRIAL_POLL : LONG_POLL);
        Instant now = clock.instant();
        List<ReceivedMessage> received = messages.stream()
                .map(message -> new ReceivedMessage(message, delivery(message, now), now, now.plus(visibility)))
                .toList();
        received.forEach(deliveries::add);
        received.forEach(visibilityKeeper::receivedAgain);
        return received.stream()
                .filter(message -> !deletes.deleteIfFinished(message))
                .toList();
    }

    /** Made visible, it would go to another replica that already polls freely, and this one would never resume. */
    private List<ReceivedMessage> deferredMessage() {
        Instant now = clock.instant();
        List<ReceivedMessage> again = visibilityKeeper.takeDeferred().stream()
                .map(message -> new ReceivedMessage(
                        message.message(),
                        delivery(message.message(), now),
                        message.receivedAt(),
                        message.invisibleUntil()))
                .toList();
        again.forEach(deliveries::add);
        return again;
    }

    private Delivery delivery(Message message, Instant now) {
        Map<MessageSystemAttributeName, String> attributes = message.attributes();
        String receiveCount = attributes.get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        return new Delivery(
                message.messageId(),
                message.body(),
                receiveCount == null ? 1 : Integer.parseInt(receiveCount),
                Optional.ofNullable(attributes.get(MessageSystemAttributeName.SENT_TIMESTAMP))
                        .map(sent -> Duration.between(Instant.ofEpochMilli(Long.parseLong(sent)), now)),
                pipeline);
    }

    /** Waits for a worker. If the poller must end or polling stops before one is free, the message is given back. */
    private void dispatch(ReceivedMessage message, Gate.Permit permit, ExecutorService mine)
            throws InterruptedException {
        boolean begun = false;
        boolean taken = false;
        try {
            while (!mine.isShutdown() && !gate.hasClosedSince(permit) && !taken) {
                taken = freeWorkers.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (taken && !gate.hasClosedSince(permit)) {
                message.begin();
                workers.execute(() -> {
                    try {
                        work(message);
                    } finally {
                        freeWorkers.release();
                    }
                });
                begun = true;
            }
        } finally {
            if (!begun) {
                if (taken) {
                    freeWorkers.release();
                }
                if (mine.isShutdown()) {
                    visibilityKeeper.giveBack(message, Duration.ZERO);
                } else {
                    visibilityKeeper.defer(message, returnDelay.outage());
                }
            }
        }
    }

    /** Whatever happens, the message is finally deleted or given back. */
    private void work(ReceivedMessage message) {
        MergeGroup mergeGroup = component.mergeGroup();
        mergeGroup.begin();
        try {
            route(message.delivery(), message.message());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            LOG.warn(
                    "Message {} failed unexpectedly and goes back to the queue: {}",
                    message.messageId(),
                    failure.getClass().getName());
        } finally {
            mergeGroup.end();
            settle(message);
        }
    }

    private void settle(ReceivedMessage message) {
        if (message.delivery().isSettled()) {
            deletes.delete(message);
            gate.worked();
        } else {
            Duration usual =
                    isRunAllowed() ? returnDelay.failure(message.delivery().receiveCount()) : Duration.ZERO;
            Failure.Again back = new Failure.Again(usual, false, false);
            try {
                back = message.delivery().givenBack().orElse(back);
            } finally {
                if (back.outage() && isRunAllowed()) {
                    visibilityKeeper.defer(message, back.visibleIn());
                } else {
                    visibilityKeeper.giveBack(message, back.outage() ? Duration.ZERO : back.visibleIn());
                }
            }
        }
    }

    /** Returns when every event of the message that has begun has ended. */
    private void route(Delivery delivery, Message message) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            fill(exchange, delivery, message);
            createUoW(exchange);
            try {
                getProcessor().process(exchange);
            } catch (Exception failure) {
                exchange.setException(failure);
            } finally {
                doneUoW(exchange);
            }
            delivery.exchangeEnded(exchange);
            delivery.awaitEvents();
            if (exchange.getException() != null) {
                LOG.debug(
                        "Message {} is not finished: {}",
                        delivery.messageId(),
                        exchange.getException().toString());
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static void fill(Exchange exchange, Delivery delivery, Message message) {
        exchange.getMessage().setBody(message.body());
        AttributeFilter.headers(message.messageAttributes()).forEach(exchange.getMessage()::setHeader);
        String trace = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
        if (trace != null) {
            exchange.getMessage().setHeader(DedupSqsProducer.TRACE_HEADER, trace);
        }
        exchange.getMessage().setHeader(DedupSqsHeaders.MESSAGE_ID, message.messageId());
        exchange.getMessage().setHeader(DedupSqsHeaders.ATTRIBUTES, message.attributesAsStrings());
        delivery.putOn(exchange);
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return workerCount - freeWorkers.availablePermits();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (pollers != null) {
            pollers.shutdown();
        }
    }

    @Override
    protected void doSuspend() {
        // Camel also suspends consumers that it has not started
        if (pollers != null) {
            stopPolling();
        }
    }

    @Override
    protected void doResume() {
        if (pollers != null) {
            startPolling();
        }
    }

    /** Gives back messages that have not begun; messages in flight continue. */
    private void stopPolling() {
        visibilityKeeper.makeVisible(Integer.MAX_VALUE);
        threads().shutdown(pollers);
        deliveries.waiting().forEach(message -> visibilityKeeper.giveBack(message, Duration.ZERO));
    }

    @Override
    protected void doStop() throws Exception {
        if (pollers != null) {
            stopPolling();
            pollers.awaitTermination(LONG_POLL.toSeconds() + 1, TimeUnit.SECONDS);
            workers.shutdown();
            workers.awaitTermination(LAST_WAIT_SECONDS, TimeUnit.SECONDS);
            deletes.close();
            visibilityKeeper.close();
            threads().shutdown(workers);
            threads().shutdown(settlers);
            threads().shutdownNow(scheduler);
            component.remove(this);
        }
        super.doStop();
    }
}
