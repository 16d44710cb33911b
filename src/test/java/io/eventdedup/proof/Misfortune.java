package io.eventdedup.proof;

/** What can go wrong in a world, each at most as often as its {@link Setup} says. */
enum Misfortune {
    /** A process is killed. */
    KILL,
    /** A request to the table, or its answer, is lost or late. */
    TABLE,
    /** A send, or its answer, is lost. */
    SEND,
    /** The output refuses an event for its content. */
    REFUSAL,
    /** A batch of sends is taken in part. */
    PARTLY,
    /** A dead letter is lost or refused, or the answer to it is lost. */
    LETTER,
    /** A delete, or its answer, is lost. */
    DELETE,
    /** A step fails. */
    FAILURE,
    /** A step above the keys fails. */
    ABOVE,
    /** While a request to the table is under way, the other threads take a step or two. */
    MEANWHILE,
    /** A process is paused for longer than its lease. */
    PAUSE,
    /** A process stops. */
    STOP,
    /** A message becomes visible although a process has it: a lost extension, or SQS's at-least-once delivery. */
    AGAIN,
    /** Nothing happens until every window is over. */
    LONG_WAIT,
    /** A listener throws. */
    LISTENER
}
