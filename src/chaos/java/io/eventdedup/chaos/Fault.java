package io.eventdedup.chaos;

/** What can happen to a request between the route and a service. */
enum Fault {
    /** The service says that it is asked too often; it has done nothing. */
    THROTTLED,
    /** The service answers that the caller has no permission; it has done nothing. */
    DENIED,
    /** The service refuses the request for what it is, in words that nobody expects; it has done nothing. */
    REFUSED,
    /** SQS refuses a message for its content; it has done nothing. */
    CONTENT_REFUSED,
    /** SQS answers that it has failed for each message of a batch; it has done nothing. */
    ENTRIES_FAILED,
    /** SQS may not use the key that encrypts the queue; it has done nothing. */
    KMS_DENIED,
    /** The same, as the answer for each message of a batch. */
    KMS_DENIED_FOR_ENTRIES,
    /** The service answers 500; it has done nothing. */
    SERVER_ERROR,
    /** The service answers 500 three seconds later; it has done nothing. */
    LATE_SERVER_ERROR,
    /** The connection breaks before the service has heard of the request. */
    RESET,
    /** The service does what it is asked, and its answer arrives three seconds later. */
    LATE_ANSWER,
    /** The service does what it is asked, and the connection breaks before its answer arrives. */
    LOST_ANSWER;

    /** Whether the service hears of the request. */
    boolean reachesTheService() {
        return this == LATE_ANSWER || this == LOST_ANSWER;
    }
}
