package io.eventdedup.claim;

import io.eventdedup.claim.World.Defect;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A table in memory, under the shipped rules; its next request can be made to fail. */
final class SimulatedTable {

    /** What happens to the next request. */
    enum Fault {
        NONE,
        /** The request never arrives. */
        REQUEST_LOST,
        /** It is carried out, and the answer never arrives. */
        ANSWER_LOST,
        /** The caller gives up, and it is carried out some time later. */
        LATE,
        /** The caller is paused for longer than its lease before it is carried out, and then gets its answer. */
        SLOW
    }

    /** A group's item. */
    private static final class GroupItem {
        final Set<String> done = new HashSet<>();
        Instant expiration;
    }

    // made once: making an exception takes longer than anything else here
    private static final SdkClientException REQUEST_LOST = SdkClientException.create("request lost");
    private static final SdkClientException GIVEN_UP = SdkClientException.create("given up");
    private static final SdkClientException ANSWER_LOST = SdkClientException.create("answer lost");

    private final ClaimProtocol protocol;
    private final TestClock clock;
    private final Defect defect;
    private final boolean grouping;
    private final Map<String, KeyState> rows = new HashMap<>();
    private final Map<String, GroupItem> groups = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Deque<Runnable> late = new ArrayDeque<>();
    private Fault next = Fault.NONE;
    private Runnable pause = () -> {};
    private Runnable afterReadingAGroup = () -> {};
    private int tokens;

    /**
     * @param defect may break the protocol
     * @param grouping whether claims that a process makes at the same time are a group
     */
    SimulatedTable(ClaimProtocol protocol, TestClock clock, Defect defect, boolean grouping) {
        this.protocol = protocol;
        this.clock = clock;
        this.defect = defect;
        this.grouping = grouping;
    }

    Optional<KeyState> row(String key) {
        return Optional.ofNullable(rows.get(key));
    }

    /** What the row says together with its group's item. */
    Optional<KeyState> state(String key) {
        return row(key).map(row -> row instanceof KeyState.InProgress inProgress
                ? inProgress.with(inProgress.group().map(this::done).orElse(Set.of()), Optional.empty())
                : row);
    }

    /** How often work on the key has failed, and the table was told so by the delivery that had the key. */
    int failures(String key) {
        return failures.getOrDefault(key, 0);
    }

    boolean areInOneGroup() {
        List<String> used = rows.values().stream()
                .filter(KeyState.InProgress.class::isInstance)
                .flatMap(row -> ((KeyState.InProgress) row).group().stream())
                .toList();
        return new HashSet<>(used).size() < used.size();
    }

    private Set<String> done(String group) {
        return groups.containsKey(group) ? Set.copyOf(groups.get(group).done) : Set.of();
    }

    void failNext(Fault fault) {
        next = fault;
    }

    /** What happens to the others while a slow request is under way. */
    void duringASlowRequest(Runnable others) {
        pause = others;
    }

    int lateRequests() {
        return late.size();
    }

    void carryOutALateRequest() {
        late.remove().run();
    }

    /** Deletes what has expired as soon as it may, which is the worst that DynamoDB can do. */
    void deleteExpired() {
        rows.values().removeIf(row -> !row.expiration().isAfter(clock.instant()));
        groups.values().removeIf(group -> !group.expiration.isAfter(clock.instant()));
    }

    private <T> T answer(Supplier<T> operation) {
        Fault fault = next;
        next = Fault.NONE;
        if (fault == Fault.REQUEST_LOST) {
            throw REQUEST_LOST;
        }
        if (fault == Fault.LATE) {
            late.add(operation::get);
            throw GIVEN_UP;
        }
        if (fault == Fault.SLOW) {
            return slowly(operation);
        }
        T answer = operation.get();
        if (fault == Fault.ANSWER_LOST) {
            throw ANSWER_LOST;
        }
        return answer;
    }

    /** It arrives at the worst moment: when another process has read the group's item, and has not yet taken the key over. */
    private <T> T slowly(Supplier<T> operation) {
        Deque<T> answer = new ArrayDeque<>();
        Runnable arrive = () -> {
            if (answer.isEmpty()) {
                answer.add(operation.get());
            }
        };
        afterReadingAGroup = arrive;
        pause.run();
        afterReadingAGroup = () -> {};
        arrive.run();
        return answer.remove();
    }

    /** The table as one process sees it. */
    final class View implements ClaimStore {

        /** Group and owner of this process's claims, for the processes that do not know when to leave the group alone. */
        private final Map<String, Group> groupByOwner = new HashMap<>();

        private Group openGroup;
        private Instant openSince = Instant.MIN;
        private int members;

        boolean isGroupOpen() {
            return grouping && members == 1 && openSince.equals(clock.instant());
        }

        private Optional<Group> groupOf(ClaimRequest request) {
            if (!grouping) {
                return Optional.empty();
            }
            if (!isGroupOpen()) {
                Group group = protocol.group("group-" + tokens++, List.of(request));
                openGroup =
                        defect == Defect.GROUP_EXPIRES_FIRST ? new Group(group.token(), request.leaseUntil()) : group;
                openSince = clock.instant();
                members = 0;
            }
            members++;
            groupByOwner.put(request.owner(), openGroup);
            return Optional.of(openGroup);
        }

        @Override
        public ClaimWrite insert(ClaimRequest request) {
            Optional<Group> group = groupOf(request);
            return write(request, Optional.empty(), group);
        }

        @Override
        public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
            return write(request, found, Optional.empty());
        }

        private ClaimWrite write(ClaimRequest request, Optional<KeyState> found, Optional<Group> group) {
            return answer(() -> {
                if (!mayReplace(request, found)) {
                    return new ClaimWrite.Refused(row(request.key()));
                }
                rows.put(
                        request.key(),
                        new KeyState.InProgress(
                                request.owner(),
                                request.leaseUntil(),
                                group.map(Group::token),
                                forgetsFailures(found) ? 0 : request.failures(),
                                request.expiration(),
                                request.content()));
                return new ClaimWrite.Written(group);
            });
        }

        private boolean forgetsFailures(Optional<KeyState> found) {
            return defect == Defect.TAKE_OVER_FORGETS_FAILURES
                    && found.isPresent()
                    && found.get() instanceof KeyState.InProgress;
        }

        private boolean mayReplace(ClaimRequest request, Optional<KeyState> found) {
            KeyState row = rows.get(request.key());
            if (found.isEmpty()) {
                return row == null || protocol.isExpired(row, request.now());
            }
            if (row == null
                    || row.getClass() != found.get().getClass()
                    || !row.isOwnedBy(found.get().owner())) {
                return false;
            }
            return !(row instanceof KeyState.InProgress inProgress)
                    || inProgress.isOwnedBy(request.owner())
                    || !inProgress.leaseUntil().isAfter(request.takeOverUntil());
        }

        @Override
        public ConfirmResult confirm(ConfirmRequest request) {
            Optional<Group> group = defect == Defect.LATE_CONFIRM_IN_GROUP
                    ? Optional.ofNullable(groupByOwner.get(request.owner()))
                    : request.group();
            return group.isPresent() ? confirmInGroup(request, group.get()) : confirmRow(request);
        }

        private ConfirmResult confirmInGroup(ConfirmRequest request, Group group) {
            return answer(() -> {
                GroupItem item = groups.computeIfAbsent(group.token(), token -> new GroupItem());
                if (defect == Defect.OVERTAKING_GROUP_WRITES) {
                    item.done.clear();
                }
                item.done.add(request.owner());
                item.expiration = group.expiration();
                return defect == Defect.LATE_CONFIRM_IN_GROUP || defect == Defect.LATE_ANSWER_COUNTS
                        ? ConfirmResult.ROW
                        : ConfirmResult.GROUP;
            });
        }

        private ConfirmResult confirmRow(ConfirmRequest request) {
            return answer(() -> {
                boolean allowed =
                        protocol.mayConfirm(row(request.key()), request.owner()) || defect == Defect.NO_OWNER_CHECK;
                if (allowed) {
                    rows.put(
                            request.key(),
                            new KeyState.Completed(
                                    request.owner(),
                                    Optional.of(request.processedAt()),
                                    request.expiration(),
                                    Content.NONE));
                }
                return allowed ? ConfirmResult.ROW : ConfirmResult.REFUSED;
            });
        }

        @Override
        public boolean free(FreeRequest request) {
            return answer(() -> {
                if (holds(request.key(), request.owner())) {
                    failures.merge(request.key(), 1, Integer::sum);
                }
                if (mayRelease(request.key(), request.owner())) {
                    rows.put(
                            request.key(),
                            new KeyState.Free(request.owner(), request.failures(), request.expiration()));
                    return true;
                }
                KeyState row = rows.get(request.key());
                return row == null || row instanceof KeyState.Free && row.isOwnedBy(request.owner());
            });
        }

        @Override
        public boolean delete(String key, String owner) {
            return answer(() -> {
                if (mayRelease(key, owner)) {
                    rows.remove(key);
                }
                return !rows.containsKey(key);
            });
        }

        private boolean mayRelease(String key, String owner) {
            return holds(key, owner)
                    || defect == Defect.RELEASE_OF_ANOTHERS_ROW && rows.get(key) instanceof KeyState.InProgress;
        }

        @Override
        public boolean renew(RenewRequest request) {
            return answer(() -> {
                if (!holds(request.key(), request.owner())) {
                    return false;
                }
                KeyState.InProgress old = (KeyState.InProgress) rows.get(request.key());
                rows.put(
                        request.key(),
                        new KeyState.InProgress(
                                request.owner(),
                                request.leaseUntil(),
                                Optional.empty(),
                                old.failures(),
                                request.expiration(),
                                old.content()));
                return true;
            });
        }

        private boolean holds(String key, String owner) {
            return protocol.holds(row(key), owner)
                    || defect == Defect.NO_OWNER_CHECK && rows.get(key) instanceof KeyState.InProgress;
        }

        @Override
        public Optional<KeyState> read(String key) {
            return row(key);
        }

        @Override
        public Set<String> done(String group) {
            Set<String> done = defect == Defect.TAKE_OVER_WITHOUT_GROUP ? Set.of() : SimulatedTable.this.done(group);
            afterReadingAGroup.run();
            return done;
        }

        @Override
        public boolean forget(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void clear() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void probe() {
            answer(() -> true);
        }
    }
}
