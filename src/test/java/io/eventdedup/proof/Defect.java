package io.eventdedup.proof;

/** Ways to get it wrong, which a search has to find. Each is put back by the simulated parts, never by the shipped ones. */
enum Defect {
    NONE,

    // one event, one end
    /** Of a message only the events that were begun are asked whether it may be deleted. */
    UNBEGUN_EVENTS_ARE_FORGOTTEN,
    /** A step above the keys that fails belongs to no event. */
    FAILURE_ABOVE_THE_KEYS_IS_ONLY_LOGGED,
    /** What a listener throws becomes the end of the event, so its claim is released. */
    LISTENER_DECIDES,
    /** If the repetition of one message of a batch fails, all of the batch count as failed. */
    PARTLY_FAILED_BATCH_FAILS_WHOLLY,
    /** The row of an exhausted event is deleted while its dead letter waits for the other events of its message. */
    EXHAUSTED_ROW_IS_DELETED,
    /** Nothing is remembered of the earlier deliveries of a message. */
    SETTLED_EVENTS_BEGIN_AGAIN,
    /** While a message waits for an event on another thread, the renewals of its process hang. */
    WAITING_BLOCKS_RENEWALS,
    /** An event ends while a send of it is under way. */
    ENDS_WHILE_SENDING,
    /** A confirm that cannot be written does not stop polling. */
    UNWRITTEN_CONFIRM_IS_ONLY_LOGGED,
    /** A key with a short window is confirmed through its group, whose rows live for a lease longer. */
    SHORT_WINDOW_IS_CONFIRMED_IN_GROUP,

    // the claim protocol
    /** A key in progress counts as a duplicate, as with Camel's own repositories. */
    FALSE_FOR_IN_PROGRESS,
    /** A delivery that comes late confirms, and renews, the row of the next owner. */
    NO_OWNER_CHECK,
    /** A delivery that comes late releases the row of the next owner. */
    RELEASE_OF_ANOTHERS_ROW,
    /** The key is remembered before the event is delivered. */
    CONFIRM_BEFORE_FORWARD,
    /** A dead process holds its keys until its rows expire. */
    NO_END_OF_LEASE,
    /** A delivery that takes an ended lease over starts to count failures from 0. */
    TAKE_OVER_FORGETS_FAILURES,
    /** A failed event's row expires with the window of its key. */
    FAILURES_EXPIRE_WITH_THE_WINDOW,

    // groups
    /** An ended lease is taken over though the group's item names its owner. */
    TAKE_OVER_WITHOUT_GROUP,
    /** A write of a group's item replaces what another wrote. */
    OVERTAKING_GROUP_WRITES,
    /** A group's item is deleted before its rows. */
    GROUP_EXPIRES_FIRST,
    /** A claim is confirmed through its group though its lease is over. */
    LATE_CONFIRM_IN_GROUP,
    /** A confirm through the group counts though its answer came after the lease. */
    LATE_ANSWER_COUNTS,
    /** A lease counts as over without the skew of the clocks. */
    NO_CLOCK_SKEW
}
