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

/** A pipeline from one SQS queue to another, with its queues and the state of its polling. */
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

    /** Why polling is stopped; empty while it is running. */
    public Optional<Gate.Stop> stopped() {
        return stopped.get();
    }

    /** How many messages this process has given back because of an outage and not made visible again. */
    public int waiting() {
        return waiting.getAsInt();
    }

    /** The input queue: name, URL or ARN. */
    public String inputQueue() {
        return input.text();
    }

    /** The output queue: name, URL or ARN. */
    public String outputQueue() {
        return output.text();
    }

    /** The dead-letter queue: name, URL or ARN. */
    public String deadLetterQueue() {
        return deadLetters.text();
    }

    /** Checks, without sending a message, that the queues it sends to accept messages; throws while one does not. */
    void probe() {
        if (sendsToOutput()) {
            connections.calls(output).probeSending(output);
        }
        connections.calls(deadLetters).probeSending(deadLetters);
    }

    /**
     * Whether this is the output queue, by whatever name.
     *
     * @throws SendFailedException if SQS has to be asked and does not answer
     */
    boolean isOutput(QueueName queue) {
        return connections.areOne(output, queue);
    }

    /** Whether this is the dead-letter queue; the name decides. */
    boolean isDeadLetterQueue(QueueName queue) {
        return deadLetters.name().equals(queue.name());
    }
}
