package io.eventdedup.backtest;

import java.util.Arrays;
import java.util.List;

/** The events that would be forwarded, stored in columns: time, location in the recording, and content. */
final class Originals {

    private final Sketches sketches;
    private int size;
    private long[] times = new long[1024];
    private long[] genericTimes = new long[1024];
    private long[] locations = new long[1024];
    private long[] contents = new long[1024];
    private int[] positions = new int[1024];

    Originals(Sketches sketches) {
        this.sketches = sketches;
    }

    int add(Leaves leaves, long time, long location) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            genericTimes = Arrays.copyOf(genericTimes, 2 * size);
            locations = Arrays.copyOf(locations, 2 * size);
            contents = Arrays.copyOf(contents, 2 * size);
            positions = Arrays.copyOf(positions, 2 * size);
        }
        times[size] = time;
        genericTimes[size] = leaves.genericTime();
        locations[size] = location;
        contents[size] = leaves.content();
        positions[size] = sketches.add(leaves);
        return size++;
    }

    /** The distance from the original in milliseconds; {@link Leaves#NO_TIME} if one of the two has no time. */
    long gap(int row, long time) {
        return distance(times[row], time);
    }

    /** The same for the {@link FieldKind#GENERIC_TIME generic times}. */
    long genericGap(int row, Leaves leaves) {
        return distance(genericTimes[row], leaves.genericTime());
    }

    private static long distance(long a, long b) {
        return a == Leaves.NO_TIME || b == Leaves.NO_TIME ? Leaves.NO_TIME : Math.abs(a - b);
    }

    long location(int row) {
        return locations[row];
    }

    /** Whether the content is the same. */
    boolean sameContent(int row, Leaves leaves) {
        return contents[row] == leaves.content();
    }

    /** The fields that differ; empty if there was no memory left for the fields of the original. */
    List<Field> differences(int row, Leaves leaves) {
        return positions[row] == Sketches.NONE ? List.of() : sketches.differences(positions[row], leaves);
    }
}
