package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Edits;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.Member;
import io.eventdedup.json.JsonPointer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What an event says, in a few bytes that hold none of its values: for each leaf under {@code /detail} the CRC-32 of its pointer
 * and its canonical value, sorted, four bytes each. What is new with every publication is left out, and so is what the event's
 * rule excludes or rounds. A copy's own leaves that are not among those of its original are the fields in which it differs.
 *
 * <p>An event of no leaf, or of more than 128, has a digest of all of it instead, of five bytes, which names no fields.
 */
public final class ContentSketch {

    private static final int MOST_LEAVES = 128;
    private static final int LONGEST_NAME = 120;

    /** New with every publication: the first two in events of Genesys Cloud, the last in events that the Lambda took. */
    private static final List<JsonPointer> PUBLISHING = Stream.of(
                    "/detail/metadata", "/detail/timestamp", "/detail/event-id")
            .map(JsonPointer::parse)
            .toList();

    private final Json detail;
    private final Edits leftOut;
    private final byte[] bytes;

    private interface Leaves {
        /** False: no more are wanted. */
        boolean add(int crc, StringBuilder pointer);
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

    /** What the sketches of a rule's events leave out. */
    static Edits leftOut(Collection<JsonPointer> excluded, Collection<JsonPointer> rounded) {
        return Edits.of(
                Stream.of(PUBLISHING, excluded, rounded)
                        .flatMap(Collection::stream)
                        .toList(),
                Map.of());
    }

    private byte[] bytes() {
        TreeSet<Integer> leaves = new TreeSet<>();
        visit(detail, leftOut, new StringBuilder(), (crc, pointer) -> {
            leaves.add(crc);
            return leaves.size() <= MOST_LEAVES;
        });
        if (leaves.isEmpty() || leaves.size() > MOST_LEAVES) {
            StringBuilder whole = new StringBuilder();
            CanonicalJson.write(detail, leftOut, whole);
            return ByteBuffer.allocate(Integer.BYTES + 1).putInt(crc(whole)).array();
        }
        ByteBuffer sketch = ByteBuffer.allocate(leaves.size() * Integer.BYTES);
        leaves.forEach(sketch::putInt);
        return sketch.array();
    }

    /** The bytes to be kept, at most 512. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Whether the event of which these are the bytes said the same. */
    public boolean isSame(byte[] original) {
        return Arrays.equals(bytes, original);
    }

    /**
     * The fields of this event that the event of which these are the bytes did not have, or had with another value, as pointers
     * in which {@code *} stands for a number, so that the elements of an array share a name. None if this event only lacks some, or if
     * one of the two has a digest.
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
        visit(detail, leftOut, new StringBuilder(), (crc, pointer) -> {
            if (!known.contains(crc)) {
                names.add(name(pointer.toString()));
            }
            return true;
        });
        return List.copyOf(names);
    }

    /** The sender of an event chooses its names, so a name may hold line ends and be of any length; this one is fit for a log. */
    private static String name(String pointer) {
        String name = "/detail" + pointer.replaceAll("/[0-9]+(?=/|$)", "/*").replaceAll("\\p{Cntrl}", "?");
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }

    /** In depth, with the pointer written behind what is in it already. */
    private static boolean visit(Json value, Edits leftOut, StringBuilder pointer, Leaves leaves) {
        if (leftOut.excluded()) {
            return true;
        }
        int length = pointer.length();
        boolean more = true;
        if (value instanceof JsonObject object && !object.isEmpty()) {
            for (int i = 0; more && i < object.members().size(); i++) {
                Member member = object.members().get(i);
                String name = member.name().replace("~", "~0").replace("/", "~1");
                more = visit(
                        member.value(),
                        leftOut.at(member.name()),
                        pointer.append('/').append(name),
                        leaves);
                pointer.setLength(length);
            }
        } else if (value instanceof JsonArray array && !array.isEmpty()) {
            for (int i = 0; more && i < array.elements().size(); i++) {
                more = visit(
                        array.elements().get(i),
                        leftOut.at(i),
                        pointer.append('/').append(i),
                        leaves);
                pointer.setLength(length);
            }
        } else {
            CanonicalJson.write(value, Edits.NONE, pointer.append('\n'));
            int crc = crc(pointer);
            pointer.setLength(length);
            more = leaves.add(crc, pointer);
        }
        return more;
    }

    private static int crc(StringBuilder text) {
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    /** Holds nothing of the event: it may end up in logs. */
    @Override
    public String toString() {
        return "sketch of " + bytes.length + " bytes";
    }
}
