package io.eventdedup.sqs;

import io.eventdedup.aws.Daemons;
import io.eventdedup.aws.MergeGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.component.aws2.sqs.Sqs2Constants;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Receives messages and sees each one through.
 *
 * <ol>
 *   <li>A poller asks the {@link Gate}, receives up to ten messages and hands each to a worker; while all workers are busy it
 *       waits, which is the back-pressure, and a worker that becomes free has the next message at once. Of a FIFO queue it
 *       takes one message at a time, since SQS holds back the rest of a group while one of its messages is invisible (AWS
 *       documentation, FIFO delivery logic).
 *   <li>From its receipt a message is a {@link Delivery}, which {@link VisibilityKeeper} keeps invisible, also while it waits
 *       for a worker.
 *   <li>The route runs. Then the worker waits until every event of the message has ended, also those that a step has handed
 *       over to other threads.
 *   <li>If all of them are settled, the message is deleted ({@link Deletes}). Otherwise it is given back, to be visible after
 *       the longest time that one of its events asks for.
 *   <li>When the route stops, what is in flight is finished, and what was not begun is given back at once.
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

    /** How long a poller waits, at the gate or for a worker, before it looks whether the route is to stop. */
    private static final long WAIT_MILLIS = 200;

    /** How long a stop waits for busy workers, after Camel has waited for the messages in flight. */
    private static final long LAST_WAIT_SECONDS = 2;

    private final DedupSqsComponent component;
    private final QueueName queue;
    private final int pollerCount;
    private final int workerCount;
    private final Clock clock = Clock.systemUTC();
    private final ReturnDelay returnDelay =
            new ReturnDelay(() -> ThreadLocalRandom.current().nextDouble());

    private Deliveries deliveries;
    private Deletes deletes;
    private VisibilityKeeper visibilityKeeper;
    private volatile Gate gate;
    private ExecutorService workers;

    /** Those that poll now; shut down, they end after what they are at, and others take their place at a resumption. */
    private volatile ExecutorService pollers;

    /** As many as there are workers; a message takes one until it is deleted or given back. */
    private final Semaphore freeWorkers;

    DedupSqsConsumer(DedupSqsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.component = endpoint.getComponent();
        this.queue = endpoint.name();
        this.pollerCount = endpoint.pollers();
        this.workerCount = endpoint.workers();
        this.freeWorkers = new Semaphore(workerCount);
    }

    Gate gate() {
        return gate;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        component.refuseLoop(queue);
        SqsCalls calls = component.connections().calls(queue);
        boolean unbatched = queue.isFifo() || !component.mergeGroup().isMerging();
        Duration visibility = component.getVisibilityTimeout();
        deliveries = new Deliveries();
        deletes = new Deletes(queue, calls, deliveries, unbatched);
        gate = new Gate(queue.name(), this::probe, clock);
        deletes.start(gate);
        visibilityKeeper = new VisibilityKeeper(queue, calls, deliveries, clock, visibility, unbatched);
        visibilityKeeper.start();
        workers = Executors.newFixedThreadPool(workerCount, Daemons.threads("dedup-worker"));
        component.add(this);
        startPolling();
    }

    private void startPolling() {
        ExecutorService mine = Executors.newFixedThreadPool(pollerCount, Daemons.threads("dedup-poller"));
        pollers = mine;
        for (int i = 0; i < pollerCount; i++) {
            mine.execute(() -> pollUntilStopped(mine));
        }
    }

    /** Throws while a service that the route needs does not answer, or a failed delete still fails. */
    private void probe() {
        component.probe().run();
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
            List<Delivery> received = receive(trial || queue.isFifo() ? 1 : SqsCalls.LARGEST_BATCH, trial);
            if (received.isEmpty()) {
                gate.worked();
            }
            for (Delivery delivery : received) {
                dispatch(delivery, mine);
            }
        } finally {
            gate.pollEnded();
        }
    }

    private List<Delivery> receive(int most, boolean trial) {
        List<String> attributeNames =
                List.of(component.getMessageAttributeNames().split("\\s*,\\s*"));
        Duration visibility = component.getVisibilityTimeout();
        List<Message> messages = component
                .connections()
                .calls(queue)
                .receive(queue, most, attributeNames, SYSTEM_NAMES, visibility, trial ? Duration.ZERO : LONG_POLL);
        Instant now = clock.instant();
        List<Delivery> received = messages.stream()
                .map(message -> delivery(message, now, visibility))
                .toList();
        received.forEach(deliveries::add);
        return received.stream()
                .filter(delivery -> !deletes.deleteIfFinished(delivery))
                .toList();
    }

    private Delivery delivery(Message message, Instant now, Duration visibility) {
        String receiveCount = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        return new Delivery(
                message,
                receiveCount == null ? 1 : Integer.parseInt(receiveCount),
                now,
                now.plus(visibility),
                deliveries.settledEarlier(message.messageId()),
                gate,
                component.listener());
    }

    /** Waits for a worker. A message that has none when its poller is to end is given back. */
    private void dispatch(Delivery delivery, ExecutorService mine) throws InterruptedException {
        boolean taken = false;
        while (!mine.isShutdown() && !taken) {
            taken = freeWorkers.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (taken) {
            delivery.begin();
            workers.execute(() -> {
                try {
                    work(delivery);
                } finally {
                    freeWorkers.release();
                }
            });
        } else {
            visibilityKeeper.giveBack(delivery, Duration.ZERO);
        }
    }

    /** Whatever happens, the message is deleted or given back in the end. */
    private void work(Delivery delivery) {
        MergeGroup mergeGroup = component.mergeGroup();
        mergeGroup.begin();
        boolean settled = false;
        try {
            settled = route(delivery);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            LOG.warn(
                    "Message {} goes back to the queue: {}",
                    delivery.messageId(),
                    failure.getClass().getName());
        } finally {
            mergeGroup.end();
            if (settled) {
                deletes.delete(delivery);
                gate.worked();
            } else {
                visibilityKeeper.giveBack(
                        delivery, delivery.returnAfter().orElseGet(() -> returnDelay.failure(delivery.receiveCount())));
            }
        }
    }

    /** Returns whether every event of the message is settled. */
    private boolean route(Delivery delivery) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            fill(exchange, delivery);
            createUoW(exchange);
            try {
                getProcessor().process(exchange);
            } catch (Exception failure) {
                exchange.setException(failure);
            } finally {
                doneUoW(exchange);
            }
            delivery.awaitEvents();
            if (exchange.getException() != null) {
                LOG.debug(
                        "Message {} is not finished: {}",
                        delivery.messageId(),
                        exchange.getException().toString());
            }
            // a step below the split that fails changes nothing any more: every event has ended
            boolean failed = exchange.getException() != null || exchange.isRollbackOnly();
            return delivery.hasEvents() ? delivery.isSettled() : !failed;
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static void fill(Exchange exchange, Delivery delivery) {
        Message message = delivery.message();
        exchange.getMessage().setBody(message.body());
        AttributeFilter.headers(message.messageAttributes()).forEach(exchange.getMessage()::setHeader);
        String trace = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
        if (trace != null) {
            exchange.getMessage().setHeader(DedupSqsProducer.TRACE_HEADER, trace);
        }
        exchange.getMessage().setHeader(Sqs2Constants.MESSAGE_ID, message.messageId());
        exchange.getMessage().setHeader(Sqs2Constants.ATTRIBUTES, message.attributesAsStrings());
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
        stopPolling();
    }

    @Override
    protected void doResume() {
        startPolling();
    }

    /** Gives back what was not begun, and lets what is in flight go on. */
    private void stopPolling() {
        pollers.shutdown();
        deliveries.waiting().forEach(delivery -> visibilityKeeper.giveBack(delivery, Duration.ZERO));
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
            gate.close();
            component.remove(this);
        }
        super.doStop();
    }
}
