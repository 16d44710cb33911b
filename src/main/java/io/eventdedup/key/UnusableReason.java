package io.eventdedup.key;

import io.eventdedup.json.JsonReader;

/** Why a message body, or one element of it, cannot be processed; no repetition will fix it. */
public enum UnusableReason {
    /** The text is not JSON (RFC 8259), or empty. */
    INVALID_JSON,
    /** JSON, but not an event: there is no {@code detail-type}. */
    NOT_AN_EVENT,
    /** An event whose {@code detail} is absent, not an object, or empty: nothing tells it from the next one. */
    NO_DETAIL,
    /** Nested deeper than {@value JsonReader#MAX_DEPTH}. */
    TOO_DEEP,
    /** The SQS extended client has put the body into S3, and this is the pointer to it. */
    S3_POINTER
}
