package io.eventdedup.backtest;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a field says about an event, judged by its place and name. Events differ only if their content differs; fields that are
 * new in every publication or delivery of the same event do not count.
 *
 * <p>{@link io.eventdedup.key.ContentSketch} leaves out only three such fields: it is computed for every event, where matching so
 * many names would take too long, and a field wrongly left out there would hide a difference. Here a person looks at the pairs.
 */
enum FieldKind {
    /** In the envelope, about the sender. */
    ENVELOPE,
    /** New in every publication: metadata, and the timestamp of a Genesys event. */
    PUBLISHING,
    /** The id of a message, request or delivery. */
    MESSAGE_ID,
    /** When something was sent or received. */
    SENT_TIME,
    /** Named just timestamp or time, in a non-Genesys event: either when something happened or when it was sent. */
    GENERIC_TIME,
    /** A time that changes with every update. */
    OWN_TIME,
    /** A number that changes with every update. */
    OWN_VERSION,
    /** Identifies the subject of the event. */
    ID,
    CONTENT;

    private static final Pattern MESSAGE_NUMBER = Pattern.compile(
            "(?i).*(event|message|request|correlation|trace|delivery)[-_]?id|(?i).*sequence[-_]?number");

    /** Within a Genesys eventBody, where an event id or message id identifies the subject of the event. */
    private static final Pattern TRACE_NUMBER = Pattern.compile("(?i).*(request|correlation|trace|delivery)[-_]?id");

    private static final Pattern SENT = Pattern.compile(
            "(?i).*(sent|send|publish|emit|deliver|receiv|ingest|enqueue|forward|dispatch)[a-z]*[-_]?(at|on|time|timestamp|date)");

    private static final Pattern GENERIC = Pattern.compile("(?i)timestamp|time|ts|date|date-?time");

    private static final Pattern OWN = Pattern.compile("(?i).*(event|creat|modif|chang|updat|occur|invocation|metric).*"
            + "(date|time|timestamp|at|on|ms).*|date.*(creat|modif|chang|updat).*|timestamp|startTime|.*StateStart");

    private static final Pattern VERSION = Pattern.compile("version|changeNumber");

    private static final Pattern NAMES_SOMETHING = Pattern.compile("(?i).*[-_]?(id|uuid|guid)");

    /** Maximum depth of a generic time, counted from the envelope: in the detail, or in a header in it. */
    private static final int GENERIC_DEPTH = 3;

    /** Maximum depth of the event's own time, counted from the eventBody or detail: deeper times belong to a part. */
    private static final int OWN_DEPTH = 2;

    /**
     * The kind of the field at these names.
     *
     * @param genesys whether the event has a Genesys detail: topicName, eventBody, metadata, timestamp
     */
    static FieldKind of(boolean genesys, List<String> names) {
        String name = names.get(names.size() - 1);
        if (!names.get(0).equals("detail")) {
            return ENVELOPE;
        }
        if (names.size() > 1 && names.get(1).equals("metadata")) {
            return PUBLISHING;
        }
        if (genesys) {
            if (names.size() == 2) {
                return name.equals("topicName") ? ID : name.equals("timestamp") ? PUBLISHING : CONTENT;
            }
            return inBody(TRACE_NUMBER, name, names.size() - 2);
        }
        return names.size() <= GENERIC_DEPTH && GENERIC.matcher(name).matches()
                ? GENERIC_TIME
                : inBody(MESSAGE_NUMBER, name, names.size() - 1);
    }

    private static FieldKind inBody(Pattern message, String name, int depth) {
        if (message.matcher(name).matches()) {
            return MESSAGE_ID;
        } else if (SENT.matcher(name).matches()) {
            return SENT_TIME;
        } else if (depth <= OWN_DEPTH && OWN.matcher(name).matches()) {
            return OWN_TIME;
        } else if (depth <= OWN_DEPTH && VERSION.matcher(name).matches()) {
            return OWN_VERSION;
        }
        return NAMES_SOMETHING.matcher(name).matches() ? ID : CONTENT;
    }

    /** Whether the field is part of the event's content. */
    boolean isContent() {
        return this == OWN_TIME || this == OWN_VERSION || this == ID || this == CONTENT;
    }
}
