/**
 * The component {@code dedup-sqs}: a consumer that deletes a message only when everything made from it has ended, keeps it
 * invisible until then, gives back what was not finished, and stops polling while a service is away; and a producer that
 * sends an event once. Knows SQS and Camel, but neither keys nor claims. Start reading at
 * {@link io.eventdedup.sqs.DedupSqsConsumer}.
 */
package io.eventdedup.sqs;
