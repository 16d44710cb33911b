package io.eventdedup.backtest;

import java.util.Arrays;

/** Maps 64-bit hashes to rows. A hash table of two arrays takes a quarter of the memory of a map of objects. */
final class LongIndex {

    private long[] keys = new long[1024];
    private int[] rows = filled(1024);
    private int size;

    private static int[] filled(int length) {
        int[] rows = new int[length];
        Arrays.fill(rows, -1);
        return rows;
    }

    /** The row, or -1. */
    int get(long key) {
        return rows[slot(key)];
    }

    void put(long key, int row) {
        int slot = slot(key);
        if (rows[slot] < 0 && 3 * ++size > 2 * rows.length) {
            grow();
            slot = slot(key);
        }
        keys[slot] = key;
        rows[slot] = row;
    }

    int size() {
        return size;
    }

    private int slot(long key) {
        int mask = rows.length - 1;
        int slot = (int) Hash.mix(key) & mask;
        while (rows[slot] >= 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldRows = rows;
        keys = new long[2 * oldKeys.length];
        rows = filled(keys.length);
        for (int i = 0; i < oldRows.length; i++) {
            if (oldRows[i] >= 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                rows[slot] = oldRows[i];
            }
        }
    }
}
