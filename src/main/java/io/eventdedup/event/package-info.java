/**
 * One message and its events, from receipt to end. What becomes of an event is decided here, once, outside of every lock: its state
 * and its message's are values with pure transitions ({@link io.eventdedup.event.EventState},
 * {@link io.eventdedup.event.MessageState}), the failure table is {@link io.eventdedup.event.FailureTable}, and
 * {@link io.eventdedup.event.EventInFlight} tells the end to the event's claim and then to the listeners. Knows neither queues nor tables.
 */
package io.eventdedup.event;
