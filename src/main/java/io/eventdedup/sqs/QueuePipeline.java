package io.eventdedup.sqs;

import io.eventdedup.event.EventListener;
import io.eventdedup.event.FailureTable;
import io.eventdedup.event.Pipeline;
import io.eventdedup.event.Polling;
import io.eventdedup.event.Steps;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A pipeline from one SQS queue to another: its queues, and whether it polls. */
public final class QueuePipeline extends Pipeline {

    private final QueueName input;
    private final QueueName output;
    private final QueueName deadLetters;
    private final Connections connections;
    private final Supplier<Optional<Gate.Stop>> stopped;
    private final IntSupplier waiting;

    QueuePipeline(
            String id,
            String keyPrefix,
            QueueName input,
            QueueName output,
            QueueName deadLetters,
            Connections connections,
            Polling polling,
            Supplier<Optional<Gate.Stop>> stopped,
            FailureTable failures,
            Steps steps,
            EventListener listener,
            BooleanSupplier sendsToOutput,
            IntSupplier waiting) {
        super(id, keyPrefix, failures, listener, steps, polling, sendsToOutput);
        this.input = input;
        this.output = output;
        this.deadLetters = deadLetters;
        this.connections = connections;
        this.stopped = stopped;
        this.waiting = waiting;
    }

    /** Why it does not poll; empty while it does. */
    public Optional<Gate.Stop> stopped() {
        return stopped.get();
    }

    /** How many messages this process gave back because something is unavailable, and has not made visible again. */
    public int waiting() {
        return waiting.getAsInt();
    }

    /** The queue that it polls: name, URL or ARN. */
    public String inputQueue() {
        return input.text();
    }

    /** The queue whose acceptance of an event settles it: name, URL or ARN. */
    public String outputQueue() {
        return output.text();
    }

    /** The queue that takes dead letters: name, URL or ARN. */
    public String deadLetterQueue() {
        return deadLetters.text();
    }

    /** Proves that the queues that it sends to take messages; throws while one does not. Sends none. */
    void probe() {
        if (sendsToOutput()) {
            connections.calls(output).probeSending(output);
        }
        connections.calls(deadLetters).probeSending(deadLetters);
    }

    /**
     * Whether it is the output queue, however both are written.
     *
     * @throws SendFailedException if SQS has to be asked and does not answer
     */
    boolean isOutput(QueueName queue) {
        return connections.areOne(output, queue);
    }

    /** Whether it is the queue of dead letters; if that is not certain, the name decides. */
    boolean isDeadLetterQueue(QueueName queue) {
        return deadLetters.name().equals(queue.name());
    }
}
