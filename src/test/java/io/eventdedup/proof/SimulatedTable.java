package io.eventdedup.proof;

import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.ClaimsInside;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.KeyState;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table in memory, under the shipped rules. */
final class SimulatedTable {

    /** A group's item. */
    private static final class GroupItem {
        final Set<String> done = new HashSet<>();
        Instant expiration;
    }

    private final ClaimProtocol protocol;
    private final Clock clock;
    private final Setup setup;
    private final Books books;
    private final Map<String, KeyState> rows = new HashMap<>();
    private final Map<String, GroupItem> groups = new HashMap<>();
    private int tokens;

    SimulatedTable(ClaimProtocol protocol, Clock clock, Setup setup, Books books) {
        this.protocol = protocol;
        this.clock = clock;
        this.setup = setup;
        this.books = books;
    }

    private boolean has(Defect defect) {
        return setup.defect() == defect;
    }

    Optional<KeyState> row(String key) {
        return Optional.ofNullable(rows.get(key));
    }

    /** Whether the key is completed, by its row or by its group's item. */
    boolean isCompleted(String key) {
        return row(key).map(row -> row instanceof KeyState.InProgress inProgress
                        ? inProgress.with(inProgress.group().map(this::done).orElse(Set.of()), Optional.empty())
                        : row)
                .filter(KeyState.Completed.class::isInstance)
                .isPresent();
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

    /** Deletes what has expired as soon as it may, which is the worst that DynamoDB can do; returns the keys. */
    List<String> deleteExpired() {
        List<String> expired = new ArrayList<>();
        rows.forEach((key, row) -> {
            if (!row.expiration().isAfter(clock.instant())) {
                expired.add(key);
            }
        });
        for (String key : expired) {
            rows.remove(key);
            books.rowIsGone(key);
        }
        groups.values().removeIf(group -> !group.expiration.isAfter(clock.instant()));
        return expired;
    }

    /** The table as one process sees it. */
    final class View implements ClaimStore {

        /** Group and owner of this process's claims, for the processes that do not know when to leave the group alone. */
        private final Map<String, Group> groupByOwner = new HashMap<>();

        private Group openGroup;
        private Instant openSince = Instant.MIN;
        private int members;

        boolean isGroupOpen() {
            return setup.groups() && members == 1 && openSince.equals(clock.instant());
        }

        private Optional<Group> groupOf(ClaimRequest request) {
            if (!setup.groups()) {
                return Optional.empty();
            }
            if (!isGroupOpen()) {
                Group group = protocol.group("group-" + tokens++, List.of(request));
                openGroup = has(Defect.GROUP_EXPIRES_FIRST) ? new Group(group.token(), request.leaseUntil()) : group;
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
            KeyState row = rows.get(request.key());
            if (!mayReplace(row, request, found)) {
                return new ClaimWrite.Refused(Optional.ofNullable(row));
            }
            if (row != null && found.isEmpty()) {
                books.rowIsGone(request.key());
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
        }

        private boolean forgetsFailures(Optional<KeyState> found) {
            return has(Defect.TAKE_OVER_FORGETS_FAILURES)
                    && found.isPresent()
                    && found.get() instanceof KeyState.InProgress;
        }

        private boolean mayReplace(KeyState row, ClaimRequest request, Optional<KeyState> found) {
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
            Optional<Group> group = group(request);
            return group.isPresent() ? confirmInGroup(request, group.get()) : confirmRow(request);
        }

        private Optional<Group> group(ConfirmRequest request) {
            Optional<Group> mine = Optional.ofNullable(groupByOwner.get(request.owner()));
            if (has(Defect.LATE_CONFIRM_IN_GROUP)) {
                return mine;
            }
            if (has(Defect.SHORT_WINDOW_IS_CONFIRMED_IN_GROUP)
                    && rows.get(request.key()) instanceof KeyState.InProgress row
                    && row.group().isPresent()
                    && ClaimsInside.mayConfirmInGroup(protocol, row.leaseUntil(), clock.instant())) {
                return mine;
            }
            return request.group();
        }

        private ConfirmResult confirmInGroup(ConfirmRequest request, Group group) {
            GroupItem item = groups.computeIfAbsent(group.token(), token -> new GroupItem());
            if (has(Defect.OVERTAKING_GROUP_WRITES)) {
                item.done.clear();
            }
            item.done.add(request.owner());
            item.expiration = group.expiration();
            books.confirmed(request.key());
            return has(Defect.LATE_CONFIRM_IN_GROUP) || has(Defect.LATE_ANSWER_COUNTS)
                    ? ConfirmResult.ROW
                    : ConfirmResult.GROUP;
        }

        private ConfirmResult confirmRow(ConfirmRequest request) {
            boolean allowed = protocol.mayConfirm(row(request.key()), request.owner()) || has(Defect.NO_OWNER_CHECK);
            if (allowed) {
                rows.put(
                        request.key(),
                        new KeyState.Completed(
                                request.owner(),
                                Optional.of(request.processedAt()),
                                request.expiration(),
                                Content.NONE));
                books.confirmed(request.key());
            }
            return allowed ? ConfirmResult.ROW : ConfirmResult.REFUSED;
        }

        @Override
        public boolean free(FreeRequest request) {
            if (holds(request.key(), request.owner())) {
                books.failureIsWritten(request.key());
            }
            if (mayRelease(request.key(), request.owner())) {
                if (has(Defect.EXHAUSTED_ROW_IS_DELETED) && request.failures() >= setup.maxAttempts()) {
                    rows.remove(request.key());
                    books.rowIsGone(request.key());
                    return true;
                }
                Instant expiration = has(Defect.FAILURES_EXPIRE_WITH_THE_WINDOW)
                        ? clock.instant().plus(setup.window())
                        : request.expiration();
                rows.put(request.key(), new KeyState.Free(request.owner(), request.failures(), expiration));
                return true;
            }
            KeyState row = rows.get(request.key());
            return row == null || row instanceof KeyState.Free && row.isOwnedBy(request.owner());
        }

        @Override
        public boolean delete(String key, String owner) {
            if (mayRelease(key, owner)) {
                rows.remove(key);
                books.rowIsGone(key);
            }
            return !rows.containsKey(key);
        }

        private boolean mayRelease(String key, String owner) {
            return holds(key, owner)
                    || has(Defect.RELEASE_OF_ANOTHERS_ROW) && rows.get(key) instanceof KeyState.InProgress;
        }

        @Override
        public boolean renew(RenewRequest request) {
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
        }

        private boolean holds(String key, String owner) {
            return protocol.holds(row(key), owner)
                    || has(Defect.NO_OWNER_CHECK) && rows.get(key) instanceof KeyState.InProgress;
        }

        @Override
        public Optional<KeyState> read(String key) {
            return row(key);
        }

        @Override
        public Set<String> done(String group) {
            return has(Defect.TAKE_OVER_WITHOUT_GROUP) ? Set.of() : SimulatedTable.this.done(group);
        }

        @Override
        public boolean forget(String key) {
            return !(rows.get(key) instanceof KeyState.InProgress) && rows.remove(key) != null;
        }

        @Override
        public void clear() {
            rows.clear();
        }

        @Override
        public void probe() {
            // always there
        }
    }
}
