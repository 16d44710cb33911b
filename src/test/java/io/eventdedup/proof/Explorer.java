package io.eventdedup.proof;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Searches a world for a story that breaks a property. */
final class Explorer {

    /** A state, as the way that leads to it. */
    private record Path(Path before, Action action, int length, List<Action> next) {
        List<Action> actions() {
            List<Action> actions = new ArrayList<>(length);
            for (Path path = this; path.action != null; path = path.before) {
                actions.add(path.action);
            }
            Collections.reverse(actions);
            return actions;
        }
    }

    /** Stands for the fingerprint of a state; two different ones are equal with a probability of about 2^-128. */
    private record Mark(long first, long second) {
        static Mark of(String text) {
            long first = 0xcbf29ce484222325L;
            long second = 0x9e3779b97f4a7c15L;
            for (int i = 0; i < text.length(); i++) {
                first = (first ^ text.charAt(i)) * 0x100000001b3L;
                second = Long.rotateLeft(second ^ text.charAt(i) * 0xff51afd7ed558ccdL, 29) * 5 + 0x52dce729;
            }
            return new Mark(first, second);
        }

        @Override
        public int hashCode() {
            return (int) (first ^ first >>> 32 ^ second);
        }
    }

    /**
     * What a search came to.
     *
     * @param states different states, or steps of random walks
     * @param transitions steps between them, or walks
     * @param seconds of CPU
     * @param story the one that breaks a property
     */
    record Result(String name, long states, long transitions, int depth, double seconds, Optional<Story> story) {
        @Override
        public String toString() {
            return String.format(
                    "proof: %s, depth %d: %,d states, %,d steps, %.1f s of CPU%s",
                    name,
                    depth,
                    states,
                    transitions,
                    seconds,
                    story.map(found -> "\n" + found).orElse(""));
        }
    }

    /** Of so many stories that break a property the shortest one is told. */
    private static final int MOST_STORIES = 5;

    private Explorer() {}

    /** Every order of steps up to a depth; from each state at that depth on, the world comes to its end. */
    static Result everyOrder(Setup setup, int depth) {
        long start = cpuTime();
        Set<Mark> seen = new HashSet<>();
        Deque<Path> open = new ArrayDeque<>();
        long transitions = 0;
        World first = new World(setup);
        seen.add(Mark.of(first.fingerprint()));
        open.add(new Path(null, null, 0, first.enabled()));
        while (!open.isEmpty()) {
            Path path = open.poll();
            List<Action> before = path.actions();
            for (Action action : path.next()) {
                transitions++;
                try {
                    World world = new World(setup);
                    before.forEach(world::apply);
                    world.apply(action);
                    if (seen.add(Mark.of(world.fingerprint()))) {
                        if (path.length() + 1 < depth && !world.isSettled()) {
                            open.add(new Path(path, action, path.length() + 1, world.enabled()));
                        } else {
                            world.finish();
                        }
                    }
                } catch (Violation violation) {
                    List<Action> way = new ArrayList<>(before);
                    way.add(action);
                    return result(
                            setup,
                            seen.size(),
                            transitions,
                            depth,
                            start,
                            Optional.of(Story.of(setup, way).shortened()));
                }
            }
        }
        return result(setup, seen.size(), transitions, depth, start, Optional.empty());
    }

    /** Of this thread, because the machine may be busy. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Result result(
            Setup setup, long states, long transitions, int depth, long start, Optional<Story> story) {
        return new Result(setup.name(), states, transitions, depth, (cpuTime() - start) / 1e9, story);
    }

    /**
     * Random walks, each until its world has come to its end. The first ones that break a property are shortened, and the shortest
     * of them is told; the search ends then.
     *
     * @param length steps at most before the misfortune ends
     */
    static Result walks(Setup setup, long seed, int walks, int length) {
        long start = cpuTime();
        long steps = 0;
        Optional<Story> shortest = Optional.empty();
        int found = 0;
        int walk = 0;
        while (walk < walks && found < MOST_STORIES) {
            List<Action> taken = new ArrayList<>();
            try {
                walk(setup, new Random(seed + walk), length, taken);
            } catch (Violation violation) {
                Story story = Story.of(setup, taken).shortened();
                found++;
                if (shortest.isEmpty()
                        || story.actions().size() < shortest.get().actions().size()) {
                    shortest = Optional.of(story);
                }
            }
            steps += taken.size();
            walk++;
        }
        return result(setup, steps, walk, length, start, shortest);
    }

    /** The steps of a random walk. */
    static List<Action> walk(Setup setup, long seed, int length) {
        List<Action> taken = new ArrayList<>();
        walk(setup, new Random(seed), length, taken);
        return taken;
    }

    private static void walk(Setup setup, Random random, int length, List<Action> taken) {
        World world = new World(setup);
        while (taken.size() < length && !world.isSettled()) {
            List<Action> enabled = world.enabled();
            Action action = enabled.get(random.nextInt(enabled.size()));
            taken.add(action);
            world.apply(action);
        }
        world.finish();
    }
}
