package io.eventdedup.local;

/** What the dead-letter queue holds of an event: its body, and why it is there. */
record DeadLetter(String body, String reason) {}
