package io.eventdedup.json;

import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One place where two JSON values differ, and which is not an object or an array on both sides.
 *
 * @param left the left value, or null if it is absent
 * @param right the right value, or null if it is absent
 */
public record JsonDifference(JsonPointer pointer, Json left, Json right) {

    /** All differences, in the canonical order. */
    public static List<JsonDifference> between(Json left, Json right) {
        List<JsonDifference> differences = new ArrayList<>();
        compare(JsonPointer.ROOT, left, right, differences);
        return differences;
    }

    private static void compare(JsonPointer at, Json left, Json right, List<JsonDifference> found) {
        if (left instanceof JsonObject a && right instanceof JsonObject b) {
            Map<String, Json> inLeft = byName(a);
            Map<String, Json> inRight = byName(b);
            TreeSet<String> names = new TreeSet<>(CanonicalJson.BY_CODE_POINT);
            names.addAll(inLeft.keySet());
            names.addAll(inRight.keySet());
            names.forEach(name -> compare(at.to(name), inLeft.get(name), inRight.get(name), found));
        } else if (left instanceof JsonArray a && right instanceof JsonArray b) {
            for (int i = 0; i < Math.max(a.elements().size(), b.elements().size()); i++) {
                compare(at.to(Integer.toString(i)), element(a, i), element(b, i), found);
            }
        } else if (left == null || right == null || !CanonicalJson.of(left).equals(CanonicalJson.of(right))) {
            found.add(new JsonDifference(at, left, right));
        }
    }

    private static Map<String, Json> byName(JsonObject object) {
        Map<String, Json> members = new HashMap<>();
        object.members().forEach(member -> members.put(member.name(), member.value()));
        return members;
    }

    private static Json element(JsonArray array, int index) {
        return index < array.elements().size() ? array.elements().get(index) : null;
    }
}
