package io.eventdedup.sqs;

import io.eventdedup.event.EventListener;
import io.eventdedup.event.FailureTable;
import io.eventdedup.event.Pipeline;
import io.eventdedup.event.Steps;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** A pipeline from one SQS queue to another: its queues, and its gate. */
public final class QueuePipeline extends Pipeline {

    private final QueueName output;
    private final QueueName deadLetters;
    private final BiPredicate<QueueName, QueueName> areOne;
    private final Gate gate;
    private final IntSupplier waiting;

    QueuePipeline(
            String id,
            String keyPrefix,
            QueueName output,
            QueueName deadLetters,
            BiPredicate<QueueName, QueueName> areOne,
            Gate gate,
            FailureTable failures,
            Steps steps,
            EventListener listener,
            BooleanSupplier sendsToOutput,
            IntSupplier waiting) {
        super(id, keyPrefix, failures, listener, steps, gate, sendsToOutput);
        this.output = output;
        this.deadLetters = deadLetters;
        this.areOne = areOne;
        this.gate = gate;
        this.waiting = waiting;
    }

    /** Whether it may poll. */
    public Gate gate() {
        return gate;
    }

    /** How many messages this process gave back because something is unavailable, and has not made visible again. */
    public int waiting() {
        return waiting.getAsInt();
    }

    /** The queue whose acceptance of an event settles it: name, URL or ARN. */
    public String outputQueue() {
        return output.text();
    }

    /** The queue that takes dead letters: name, URL or ARN. */
    public String deadLetterQueue() {
        return deadLetters.text();
    }

    /**
     * Whether it is the output queue, however both are written.
     *
     * @throws SendFailedException if SQS has to be asked and does not answer
     */
    boolean isOutput(QueueName queue) {
        return areOne.test(output, queue);
    }

    /** Whether it is the queue of dead letters; if that is not certain, the name decides. */
    boolean isDeadLetterQueue(QueueName queue) {
        return deadLetters.name().equals(queue.name());
    }
}
