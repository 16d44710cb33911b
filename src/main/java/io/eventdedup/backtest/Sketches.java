package io.eventdedup.backtest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The leaves of many events in four bytes each: most events have the same places, which are stored once. When the memory is used
 * up, further events get no sketch: a difference from them is detected, but its fields are not named.
 */
final class Sketches {

    /** The position of an event for which there was no memory left. */
    static final int NONE = -1;

    private static final int CHUNK = 1 << 18;

    private record Shape(int[] places) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Shape shape && Arrays.equals(places, shape.places);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(places);
        }
    }

    private final Map<Shape, Integer> numberOfShape = new HashMap<>();
    private final List<int[]> shapes = new ArrayList<>();
    private final List<int[]> chunks = new ArrayList<>();
    private final long most;
    private long used;
    private long usedByShapes;

    /** @param most the maximum number of stored numbers, 4 bytes each */
    Sketches(long most) {
        this.most = most;
    }

    /** Stores the leaves and returns their position. */
    int add(Leaves leaves) {
        int length = leaves.count() + 1;
        if (length > CHUNK || used + usedByShapes + length > most) {
            return NONE;
        }
        int position = (int) used;
        if (position / CHUNK != (position + length - 1) / CHUNK || position % CHUNK == 0) {
            position = chunks.size() * CHUNK;
            chunks.add(new int[CHUNK]);
        }
        int[] chunk = chunks.get(position / CHUNK);
        int at = position % CHUNK;
        chunk[at] = shape(leaves);
        for (int i = 0; i < leaves.count(); i++) {
            chunk[at + 1 + i] = leaves.hash(i);
        }
        used = (long) position + length;
        return position;
    }

    private int shape(Leaves leaves) {
        int[] places = new int[leaves.count()];
        for (int i = 0; i < places.length; i++) {
            places[i] = leaves.place(i);
        }
        return numberOfShape.computeIfAbsent(new Shape(places), shape -> {
            usedByShapes += places.length + 16L;
            shapes.add(places);
            return shapes.size() - 1;
        });
    }

    /** The places whose values differ, or that only one of the two has. */
    List<Field> differences(int position, Leaves leaves) {
        int[] chunk = chunks.get(position / CHUNK);
        int at = position % CHUNK;
        int[] places = shapes.get(chunk[at]);
        List<Field> differing = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < places.length || j < leaves.count()) {
            int left = i < places.length ? places[i] : Integer.MAX_VALUE;
            int right = j < leaves.count() ? leaves.place(j) : Integer.MAX_VALUE;
            if (left != right) {
                differing.add(leaves.field(Math.min(left, right)));
            } else if (chunk[at + 1 + i] != leaves.hash(j)) {
                differing.add(leaves.field(left));
            }
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }
        return differing;
    }
}
