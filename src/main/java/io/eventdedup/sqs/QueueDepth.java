package io.eventdedup.sqs;

/**
 * How many messages are in a queue. SQS calls the numbers approximate (AWS documentation, GetQueueAttributes).
 *
 * @param visible can be received
 * @param inFlight received, and neither deleted nor visible again
 * @param delayed not yet visible for the first time
 */
public record QueueDepth(long visible, long inFlight, long delayed) {}
