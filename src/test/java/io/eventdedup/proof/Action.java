package io.eventdedup.proof;

/**
 * One step of a story.
 *
 * @param who the number of a worker, a process or a message, as the kind says
 * @param which the event's place in its message, or the other worker; 0 where neither is meant
 */
record Action(Kind kind, int who, int which, Fault fault) {

    enum Kind {
        /** A message is sent to the input queue. */
        PUT,
        /** A worker receives a message; {@code which} is its number. */
        RECEIVE,
        /** A worker begins with the next event of its message, and claims its key. */
        CLAIM,
        /** A step above the keys fails for the next event. */
        ABOVE,
        /** A step fails, and the event's exchange ends. */
        FAIL,
        /** The event is sent. Beside a parallel branch the request is only on its way. */
        SEND,
        /** A request that is on its way arrives at the output queue. */
        REACH,
        /** Two workers of a process send together. */
        TOGETHER,
        /** The answer to the send comes, and the event ends. */
        END,
        /** A dead letter is sent. */
        LETTER,
        /** The message is deleted or given back. */
        SETTLE,
        /** A process is killed. */
        KILL,
        /** A process is paused for longer than its lease. */
        PAUSE,
        RESUME,
        /** A process is told to stop: it receives no more. */
        STOP,
        /** The time to stop is over in the middle of a message: no more of its events begin. */
        CUT,
        /** A process that has stopped ends and is started again. */
        RESTART,
        /** A message becomes visible although a process has it. */
        AGAIN,
        /** A request to the table that its caller has given up arrives. */
        ARRIVE,
        /** Time passes: five seconds, or if nobody has anything in hand, until a message becomes visible. */
        TICK,
        /** Nothing happens until every window is over. */
        LONG_WAIT
    }

    /** What happens to the request of a step. */
    enum Fault {
        NONE,
        /** The request never arrives. */
        REQUEST_LOST,
        /** It is carried out, and the answer never arrives. */
        ANSWER_LOST,
        /** The caller gives up, and it is carried out some time later. */
        LATE,
        /** The caller is paused for longer than its lease before it is carried out, and then gets its answer. */
        SLOW,
        /** The other threads take steps before it is carried out. */
        OTHERS_BEFORE,
        /** It is carried out, and the other threads take steps before the answer arrives. */
        OTHERS_AFTER,
        /** The queue refuses the message for its content. */
        REFUSED,
        /** The dead-letter queue takes the letter, and the release of its claim is lost. */
        RELEASE_LOST,
        /** Of two messages the second fails, and so does the repetition. */
        SECOND_FAILS,
        /** A listener throws when the event ends. */
        LISTENER_THROWS
    }

    static Action of(Kind kind) {
        return new Action(kind, 0, 0, Fault.NONE);
    }

    static Action of(Kind kind, int who) {
        return new Action(kind, who, 0, Fault.NONE);
    }

    Action with(Fault other) {
        return new Action(kind, who, which, other);
    }
}
