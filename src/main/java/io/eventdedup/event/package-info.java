/**
 * A message and its events, from receipt to end. The outcome of each event is decided here, once, without holding a lock. The states of
 * events and messages are values with pure transitions ({@link io.eventdedup.event.EventState},
 * {@link io.eventdedup.event.MessageState}), {@link io.eventdedup.event.FailureTable} decides about failures, and
 * {@link io.eventdedup.event.EventInFlight} reports each outcome to the event's claim and then to the listeners. Depends on Camel, but
 * not on SQS or DynamoDB.
 */
package io.eventdedup.event;
