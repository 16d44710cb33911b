/**
 * The component {@code dedup-sqs}. Its consumer deletes a message only when all its events are settled, keeps it invisible until then,
 * gives back messages that are not settled, and stops polling during an outage. Its producer sends an event once. Start reading at
 * {@link io.eventdedup.sqs.DedupSqsConsumer}.
 *
 * <p>Why there is a component beside Camel's {@code aws2-sqs} (Camel documentation, AWS Simple Queue Service; read in the sources of
 * 4.18.0, {@code Sqs2Consumer} and {@code Sqs2Producer}):
 *
 * <ul>
 *   <li>It deletes a message when the message's exchange completes, even if a claim could not be confirmed or an event was handed over
 *       to another thread and fails there.
 *   <li>It extends the visibility of a message only once the message is being processed. Messages of the same batch that wait longer than
 *       their visibility timeout are received and processed again.
 *   <li>It does not give back a failed message: the message stays invisible until its visibility timeout ends.
 *   <li>It continues to poll while a service that every event needs is unavailable.
 *   <li>By default it handles the messages of a batch one after the other and pauses between polls; its producer does not fail an exchange
 *       if SQS accepts a batch only in part.
 * </ul>
 */
package io.eventdedup.sqs;
