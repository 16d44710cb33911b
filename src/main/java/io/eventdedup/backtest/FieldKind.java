package io.eventdedup.backtest;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a field says about an event, judged by its place and its name. Events differ truly when what happened differs; what
 * is new with every publication or delivery of the same event is no difference.
 *
 * <p>{@link io.eventdedup.key.ContentSketch} leaves out only three such fields: it is made for every event, where so many names
 * would take too long, and a field that is wrongly left out there is a difference that nobody sees. Here a person looks at the
 * pairs.
 */
enum FieldKind {
    /** About the sender, in the envelope. */
    ENVELOPE,
    /** New with every publication: metadata, and the timestamp of a Genesys event. */
    PUBLISHING,
    /** The number of a message, request or delivery. */
    MESSAGE_ID,
    /** When something was sent or received. */
    SENT_TIME,
    /** Named just timestamp or time, in an event that is not Genesys's: of what happened, or of its sending. */
    GENERIC_TIME,
    /** A time that moves with every change. */
    OWN_TIME,
    /** A number that moves with every change. */
    OWN_VERSION,
    /** Names what the event is about. */
    ID,
    CONTENT;

    private static final Pattern MESSAGE_NUMBER = Pattern.compile(
            "(?i).*(event|message|request|correlation|trace|delivery)[-_]?id|(?i).*sequence[-_]?number");

    /** Within a Genesys eventBody, where an event id or a message id names what the event is about. */
    private static final Pattern TRACE_NUMBER = Pattern.compile("(?i).*(request|correlation|trace|delivery)[-_]?id");

    private static final Pattern SENT = Pattern.compile(
            "(?i).*(sent|send|publish|emit|deliver|receiv|ingest|enqueue|forward|dispatch)[a-z]*[-_]?(at|on|time|timestamp|date)");

    private static final Pattern GENERIC = Pattern.compile("(?i)timestamp|time|ts|date|date-?time");

    private static final Pattern OWN = Pattern.compile("(?i).*(event|creat|modif|chang|updat|occur|invocation|metric).*"
            + "(date|time|timestamp|at|on|ms).*|date.*(creat|modif|chang|updat).*|timestamp|startTime|.*StateStart");

    private static final Pattern VERSION = Pattern.compile("version|changeNumber");

    private static final Pattern NAMES_SOMETHING = Pattern.compile("(?i).*[-_]?(id|uuid|guid)");

    /** How deep a time without a name of its own may be, counted from the envelope: in the detail or a header in it. */
    private static final int GENERIC_DEPTH = 3;

    /** How deep a time of its own may be, counted from the eventBody or detail: deeper ones are of a part. */
    private static final int OWN_DEPTH = 2;

    /**
     * The kind of the field that these names lead to.
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

    /** Whether it is part of what happened. */
    boolean isContent() {
        return this == OWN_TIME || this == OWN_VERSION || this == ID || this == CONTENT;
    }
}
