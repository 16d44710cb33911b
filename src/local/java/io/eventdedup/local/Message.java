package io.eventdedup.local;

/** A message body for the input queue, and how many events it holds: one, but for an array of them. */
record Message(String body, int events) {}
