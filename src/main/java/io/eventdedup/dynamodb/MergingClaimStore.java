package io.eventdedup.dynamodb;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger;
import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.KeyState;
import io.eventdedup.claim.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;

/**
 * Merges claims, and confirms, of several deliveries into one request. What a batch cannot decide is left to single requests, so the
 * protocol is the same.
 *
 * <ol>
 *   <li><b>claim</b>: a PartiQL INSERT, which DynamoDB rejects if there is a row, whatever its state. Then the row is read, several in
 *       one request. The claims of one request form a group.
 *   <li><b>confirm</b>: one write to the item of a group for all its confirms ({@link ConfirmWrites}): a PartiQL INSERT the first time,
 *       then an UPDATE that adds to it. If that is rejected (another request of this process was first), a single request does either.
 *       A confirm without a group is a PartiQL UPDATE of its row on condition that it has this owner; if that fails, a single request
 *       decides.
 *   <li>An entry that fails for another reason is repeated as a single request, so that its failure does not affect others.
 *   <li>If a batch is rejected as a whole, its entries are sent as single requests, and so are later ones for a while
 *       ({@link BatchRefusals}).
 * </ol>
 *
 * <p>A call without others is sent as a single request, which decides at once.
 */
final class MergingClaimStore implements ClaimStore {

    /** More than the limit of statements, because one statement confirms many claims. */
    private static final int MAX_CONFIRMS = 100;

    private final String keyPrefix;
    private final ClaimProtocol protocol;
    private final DynamoDbClaimStore single;
    private final BatchRequests batches;
    private final ClaimStatements statements;
    private final Merger<ClaimRequest, InsertResult> claims;
    private final Merger<ConfirmRequest, Optional<ConfirmResult>> confirms;
    private final Merger<String, Optional<Map<String, AttributeValue>>> reads;

    /** The result of a claim in a batch. */
    private sealed interface InsertResult {
        record Written(Group group) implements InsertResult {}

        /** There is a row, which must be read. */
        record RowInTheWay() implements InsertResult {}

        /** Only the single request can tell. */
        record Undecided() implements InsertResult {}
    }

    /** @param wait how long a call waits for others while requests are fast */
    MergingClaimStore(
            DynamoDbClient client,
            String table,
            String keyPrefix,
            ClaimProtocol protocol,
            MergeGroup mergeGroup,
            Duration wait,
            Clock clock) {
        this.keyPrefix = keyPrefix;
        this.protocol = protocol;
        this.single = new DynamoDbClaimStore(client, table, keyPrefix, protocol);
        this.batches = new BatchRequests(client, table, protocol, clock);
        this.statements = new ClaimStatements(table, keyPrefix);
        this.claims = new Merger<>(mergeGroup, limits(BatchRequests.MAX_STATEMENTS, wait), call -> 1, this::insert);
        this.confirms = new Merger<>(mergeGroup, limits(MAX_CONFIRMS, wait), call -> 1, this::update);
        this.reads = new Merger<>(mergeGroup, limits(BatchRequests.MAX_KEYS, wait), key -> 1, this::get);
    }

    private static Merger.Limits limits(int calls, Duration wait) {
        return new Merger.Limits(calls, calls, wait);
    }

    @Override
    public ClaimWrite insert(ClaimRequest request) {
        InsertResult result = batches.mayTry() ? claims.call(request) : new InsertResult.Undecided();
        if (result instanceof InsertResult.Written written) {
            return new ClaimWrite.Written(Optional.of(written.group()));
        }
        return result instanceof InsertResult.RowInTheWay
                ? new ClaimWrite.Refused(read(request.key()))
                : single.insert(request);
    }

    @Override
    public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
        return single.replace(request, found);
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        Optional<ConfirmResult> result = batches.mayTry() ? confirms.call(request) : Optional.empty();
        return result.orElseGet(() -> single.confirm(request.alone()));
    }

    @Override
    public Optional<KeyState> read(String key) {
        return item(keyPrefix + key)
                .map(item -> item.isEmpty() ? Optional.<KeyState>empty() : Optional.of(ClaimSchema.state(item)))
                .orElseGet(() -> single.read(key));
    }

    @Override
    public Set<String> done(String group) {
        return item(ClaimSchema.groupKey(group)).map(ClaimSchema::done).orElseGet(() -> single.done(group));
    }

    /** The item, without attributes if it does not exist; empty if a single request must read it. */
    private Optional<Map<String, AttributeValue>> item(String wholeKey) {
        return batches.mayTry() ? reads.call(wholeKey) : Optional.empty();
    }

    private List<Answer<InsertResult>> insert(List<ClaimRequest> requests) {
        Group group = protocol.group(Tokens.next(), requests);
        return requests.size() == 1
                ? answers(requests, request -> new InsertResult.Undecided())
                : batches
                        .execute(requests.stream()
                                .map(request -> statements.insert(request, group))
                                .toList())
                        .stream()
                        .map(answer -> answer.map(response -> resultOf(response, group)))
                        .toList();
    }

    private static InsertResult resultOf(Optional<BatchStatementResponse> response, Group group) {
        if (response.isPresent() && response.get().error() == null) {
            return new InsertResult.Written(group);
        }
        return response.isPresent() && response.get().error().code() == BatchStatementErrorCodeEnum.DUPLICATE_ITEM
                ? new InsertResult.RowInTheWay()
                : new InsertResult.Undecided();
    }

    /** A confirm that this batch does not decide is left to a single request. */
    private List<Answer<Optional<ConfirmResult>>> update(List<ConfirmRequest> requests) {
        ConfirmWrites writes = ConfirmWrites.of(requests);
        List<Map.Entry<Group, List<String>>> groups =
                List.copyOf(writes.ownersByGroup().entrySet());
        Map<String, Answer<Optional<ConfirmResult>>> byOwner = new HashMap<>();
        if (groups.size() == 1 && writes.rows().isEmpty()) {
            byOwner.putAll(addToGroup(groups.get(0)));
        } else if (groups.size() + writes.rows().size() > 1) {
            List<BatchStatementRequest> batch = new ArrayList<>();
            groups.forEach(group -> batch.add(statements.confirm(group.getKey(), group.getValue())));
            writes.rows().forEach(row -> batch.add(statements.confirm(row)));
            List<Answer<Optional<BatchStatementResponse>>> responses = batches.execute(batch);
            for (int i = 0; i < groups.size(); i++) {
                byOwner.putAll(answers(groups.get(i), responses.get(i)));
            }
            for (int i = 0; i < writes.rows().size(); i++) {
                byOwner.put(
                        writes.rows().get(i).owner(),
                        responses.get(groups.size() + i).map(MergingClaimStore::rowResult));
            }
        }
        return requests.stream()
                .map(request -> byOwner.getOrDefault(request.owner(), new Answer.Value<>(Optional.empty())))
                .toList();
    }

    private Map<String, Answer<Optional<ConfirmResult>>> answers(
            Map.Entry<Group, List<String>> group, Answer<Optional<BatchStatementResponse>> response) {
        if (response instanceof Answer.Failure<Optional<BatchStatementResponse>> failed) {
            return forAll(group.getValue(), new Answer.Failure<>(failed.exception()));
        }
        return isDone(((Answer.Value<Optional<BatchStatementResponse>>) response).value())
                ? done(group)
                : addToGroup(group);
    }

    private static Optional<ConfirmResult> rowResult(Optional<BatchStatementResponse> response) {
        return isDone(response) ? Optional.of(ConfirmResult.ROW) : Optional.empty();
    }

    private static boolean isDone(Optional<BatchStatementResponse> response) {
        return response.isPresent() && response.get().error() == null;
    }

    private static Map<String, Answer<Optional<ConfirmResult>>> done(Map.Entry<Group, List<String>> group) {
        group.getKey().begun().set(true);
        return forAll(group.getValue(), new Answer.Value<>(Optional.of(ConfirmResult.GROUP)));
    }

    /** A failure affects only this group, not the others of the batch. */
    private Map<String, Answer<Optional<ConfirmResult>>> addToGroup(Map.Entry<Group, List<String>> group) {
        try {
            single.addToGroup(group.getKey(), group.getValue());
            return done(group);
        } catch (RuntimeException e) {
            return forAll(group.getValue(), new Answer.Failure<>(e));
        }
    }

    private static Map<String, Answer<Optional<ConfirmResult>>> forAll(
            List<String> owners, Answer<Optional<ConfirmResult>> answer) {
        Map<String, Answer<Optional<ConfirmResult>>> answers = new HashMap<>();
        owners.forEach(owner -> answers.put(owner, answer));
        return answers;
    }

    /** Keys that are not read are left to single requests. */
    private List<Answer<Optional<Map<String, AttributeValue>>>> get(List<String> keys) {
        if (keys.size() == 1) {
            return answers(keys, key -> Optional.empty());
        }
        Map<String, Map<String, AttributeValue>> items = batches.items(keys);
        return answers(keys, key -> Optional.ofNullable(items.get(key)));
    }

    private static <C, R> List<Answer<R>> answers(List<C> calls, Function<C, R> answer) {
        return calls.stream()
                .<Answer<R>>map(call -> new Answer.Value<>(answer.apply(call)))
                .toList();
    }

    @Override
    public boolean free(FreeRequest request) {
        return single.free(request);
    }

    @Override
    public boolean delete(String key, String owner) {
        return single.delete(key, owner);
    }

    @Override
    public boolean renew(RenewRequest request) {
        return single.renew(request);
    }

    @Override
    public boolean forget(String key) {
        return single.forget(key);
    }

    @Override
    public void clear() {
        single.clear();
    }

    @Override
    public void probe() {
        single.probe();
    }

    @Override
    public String reason(RuntimeException failure) {
        return single.reason(failure);
    }
}
