package io.eventdedup.sqs;

/**
 * How many messages are in a queue. SQS calls the numbers approximate (AWS documentation, GetQueueAttributes).
 *
 * @param visible messages that can be received
 * @param inFlight messages that are received, and neither deleted nor visible again
 * @param delayed messages that have not been visible yet
 */
public record QueueDepth(long visible, long inFlight, long delayed) {}
