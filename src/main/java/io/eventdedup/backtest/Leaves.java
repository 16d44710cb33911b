package io.eventdedup.backtest;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Edits;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.Json.Member;
import io.eventdedup.json.TimestampRounding;
import io.eventdedup.key.UsableEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one event as numbers: the place and a hash of the value of each. An array is one field. Fields that the rule
 * excludes or rounds are left out. The object is reused for every event.
 */
final class Leaves {

    /** Stands for an absent time. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final String[] ENVELOPE = {"source", "account", "region"};

    private final List<Field> fields = new ArrayList<>();
    private final Field genesysRoot = Field.root(fields, true);
    private final Field otherRoot = Field.root(fields, false);
    private final StringBuilder canonical = new StringBuilder();

    /** Place and hash in one number, with the place in the upper half, so that they can be sorted by place. */
    private long[] leaves = new long[64];

    private int count;
    private boolean genesys;
    private long content;
    private long subject;
    private long genericTime;
    private boolean ownTime;
    private boolean anyTime;

    void read(UsableEvent event, Edits edits) {
        JsonObject envelope = event.envelope();
        genesys = isGenesys(event);
        Field root = genesys ? genesysRoot : otherRoot;
        count = 0;
        content = Hash.of(event.detailType());
        subject = content;
        genericTime = NO_TIME;
        ownTime = false;
        anyTime = false;
        for (String name : ENVELOPE) {
            Json value = envelope.get(name);
            if (value != null) {
                leaf(value, root.to(name), Edits.NONE);
            }
        }
        visit(envelope.get("detail"), root.to("detail"), edits.at("detail"));
        Arrays.sort(leaves, 0, count);
    }

    /** Whether this is a Genesys Cloud event. */
    static boolean isGenesys(UsableEvent event) {
        return event.detailType().startsWith("v2.")
                && event.envelope().get("detail") instanceof JsonObject detail
                && detail.get("eventBody") instanceof JsonObject;
    }

    private void visit(Json value, Field field, Edits edits) {
        if (edits.excluded() || edits.rounds()) {
            return;
        }
        if (value instanceof JsonObject object && !object.isEmpty()) {
            for (Member member : object.members()) {
                visit(member.value(), field.to(member.name()), edits.at(member.name()));
            }
        } else {
            leaf(value, field, edits);
        }
    }

    private void leaf(Json value, Field field, Edits edits) {
        canonical.setLength(0);
        CanonicalJson.write(value, edits, canonical);
        long hash = Hash.of(canonical);
        if (count == leaves.length) {
            leaves = Arrays.copyOf(leaves, 2 * count);
        }
        leaves[count++] = (long) field.number << 32 | hash >>> 32;
        // a sum, because the order of members does not matter
        long mixed = Hash.mix(hash + field.number);
        if (field.kind.isContent()) {
            content += mixed;
            boolean time = looksLikeTime(value);
            anyTime |= time;
            ownTime |=
                    time && field.kind == FieldKind.OWN_TIME || field.kind == FieldKind.OWN_VERSION && !value.isEmpty();
        } else if (field.kind == FieldKind.GENERIC_TIME && genericTime == NO_TIME) {
            Instant instant = TimestampRounding.instantOf(value);
            genericTime = instant == null ? NO_TIME : instant.toEpochMilli();
        }
        if (field.kind == FieldKind.ID) {
            subject += mixed;
        }
    }

    /** A cheap check: parsing every text would take as long as everything else. */
    private static boolean looksLikeTime(Json value) {
        if (value instanceof JsonString string) {
            int start = string.start();
            return string.end() - start >= 16
                    && string.text().charAt(start + 4) == '-'
                    && string.text().charAt(start + 10) == 'T'
                    && Character.isDigit(string.text().charAt(start));
        }
        return value instanceof JsonNumber number && number.integer() && number.end() - number.start() == 13;
    }

    int count() {
        return count;
    }

    /** The place number of the i-th leaf. */
    int place(int i) {
        return (int) (leaves[i] >>> 32);
    }

    int hash(int i) {
        return (int) leaves[i];
    }

    Field field(int number) {
        return fields.get(number);
    }

    /** A hash of the type and of all content fields. */
    long content() {
        return content;
    }

    /** A hash of the type and of all fields that identify the subject. */
    long subject() {
        return subject;
    }

    /** The event's {@link FieldKind#GENERIC_TIME generic time} in milliseconds since 1970, or {@link #NO_TIME}. */
    long genericTime() {
        return genericTime;
    }

    boolean ofGenesys() {
        return genesys;
    }

    /** Whether the event has its own time or version, which tells it from the next event of its subject. */
    boolean hasOwnTime() {
        return ownTime;
    }

    /** Whether any content field is a time. */
    boolean hasAnyTime() {
        return anyTime;
    }
}
