package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Edits;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.Member;
import io.eventdedup.json.JsonPointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A fingerprint of an event's content that contains none of its values: for each leaf under {@code /detail} the CRC-32 of its
 * pointer and canonical value, sorted, four bytes each. Fields that are new in every publication, and fields that the event's
 * rule excludes or rounds, are left out. The leaves of a copy that are not in the sketch of its original are the fields in
 * which it differs.
 *
 * <p>An event without leaves, or with more than 128, has a five-byte digest of the whole detail instead, which names no fields.
 */
public final class ContentSketch {

    private static final int MOST_LEAVES = 128;
    private static final int LONGEST_NAME = 120;

    /** New in every publication: the first two in Genesys Cloud events, the last in the events that the Lambda handled. */
    private static final List<JsonPointer> PUBLISHING = Stream.of(
                    "/detail/metadata", "/detail/timestamp", "/detail/event-id")
            .map(JsonPointer::parse)
            .toList();

    private final Json detail;
    private final Edits leftOut;
    private final byte[] bytes;

    private interface Leaves {
        /**
         * Takes a leaf.
         *
         * @param crc the CRC-32 of its pointer and value
         * @param pointer the escaped names in its pointer; the caller reuses the list
         * @return false to end the visit
         */
        boolean add(int crc, List<String> pointer);
    }

    private ContentSketch(Json detail, Edits leftOut) {
        this.detail = detail;
        this.leftOut = leftOut;
        this.bytes = bytes();
    }

    /** @param leftOut what {@link #leftOut} returns for the event's rule */
    static ContentSketch of(UsableEvent event, Edits leftOut) {
        return new ContentSketch(event.envelope().get("detail"), leftOut.at("detail"));
    }

    /** The edits that leave out of a sketch what a rule excludes or rounds, and what is new in every publication. */
    static Edits leftOut(Collection<JsonPointer> excluded, Collection<JsonPointer> rounded) {
        return Edits.of(
                Stream.of(PUBLISHING, excluded, rounded)
                        .flatMap(Collection::stream)
                        .toList(),
                Map.of());
    }

    private byte[] bytes() {
        TreeSet<Integer> leaves = new TreeSet<>();
        visit((crc, pointer) -> {
            leaves.add(crc);
            return leaves.size() <= MOST_LEAVES;
        });
        if (leaves.isEmpty() || leaves.size() > MOST_LEAVES) {
            StringBuilder whole = new StringBuilder();
            CanonicalJson.write(detail, leftOut, whole);
            return ByteBuffer.allocate(Integer.BYTES + 1)
                    .putInt(Crc.append(Crc.EMPTY, whole.toString()))
                    .array();
        }
        ByteBuffer sketch = ByteBuffer.allocate(leaves.size() * Integer.BYTES);
        leaves.forEach(sketch::putInt);
        return sketch.array();
    }

    /** The bytes to store, at most 512. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Whether the event with this sketch has the same content. */
    public boolean isSame(byte[] original) {
        return Arrays.equals(bytes, original);
    }

    /**
     * The fields of this event that the original lacks, or has with another value, as pointers in which {@code *} stands for a
     * number, so that the elements of an array share a name. Empty if this event only lacks fields, or if one of the two
     * sketches is a digest.
     */
    public List<String> differences(byte[] original) {
        if (bytes.length % Integer.BYTES != 0 || original.length % Integer.BYTES != 0) {
            return List.of();
        }
        Set<Integer> known = new HashSet<>();
        for (ByteBuffer rest = ByteBuffer.wrap(original); rest.hasRemaining(); ) {
            known.add(rest.getInt());
        }
        TreeSet<String> names = new TreeSet<>();
        visit((crc, pointer) -> {
            if (!known.contains(crc)) {
                names.add(name(pointer));
            }
            return true;
        });
        return List.copyOf(names);
    }

    /** Makes the name safe to log: the sender chooses the names in an event, with line breaks and of any length. */
    private static String name(List<String> pointer) {
        StringBuilder name = new StringBuilder("/detail");
        for (int i = 0; i < pointer.size() && name.length() <= LONGEST_NAME; i++) {
            String part = pointer.get(i);
            boolean number = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
            name.append('/').append(number ? "*" : part.substring(0, Math.min(part.length(), LONGEST_NAME)));
        }
        if (name.length() > LONGEST_NAME) {
            name.replace(LONGEST_NAME, name.length(), "...");
        }
        return name.toString().replaceAll("\\p{Cntrl}", "?");
    }

    private void visit(Leaves leaves) {
        visit(detail, leftOut, Crc.EMPTY, new ArrayList<>(), leaves);
    }

    /** Depth first. {@code crc} is the CRC of the pointer to the value, {@code pointer} the names in it; unchanged on return. */
    private static boolean visit(Json value, Edits leftOut, int crc, List<String> pointer, Leaves leaves) {
        if (leftOut.excluded()) {
            return true;
        }
        boolean more = true;
        if (value instanceof JsonObject object && !object.isEmpty()) {
            for (int i = 0; more && i < object.members().size(); i++) {
                Member member = object.members().get(i);
                String name = member.name().replace("~", "~0").replace("/", "~1");
                more = visitInside(name, member.value(), leftOut.at(member.name()), crc, pointer, leaves);
            }
        } else if (value instanceof JsonArray array && !array.isEmpty()) {
            for (int i = 0; more && i < array.elements().size(); i++) {
                more = visitInside(Integer.toString(i), array.elements().get(i), leftOut.at(i), crc, pointer, leaves);
            }
        } else {
            more = leaves.add(Crc.append(Crc.append(crc, '\n'), CanonicalJson.of(value)), pointer);
        }
        return more;
    }

    private static boolean visitInside(
            String name, Json value, Edits leftOut, int crc, List<String> pointer, Leaves leaves) {
        pointer.add(name);
        boolean more = visit(value, leftOut, Crc.append(Crc.append(crc, '/'), name), pointer, leaves);
        pointer.remove(pointer.size() - 1);
        return more;
    }

    /** Contains nothing of the event, so it is safe to log. */
    @Override
    public String toString() {
        return "sketch of " + bytes.length + " bytes";
    }
}
