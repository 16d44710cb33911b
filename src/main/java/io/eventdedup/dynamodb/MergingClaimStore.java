package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.ClaimSchema.epochMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSeconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSecondsWithMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.text;

import io.eventdedup.merge.MergeGroup;
import io.eventdedup.merge.Merger;
import io.eventdedup.merge.Merger.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The claims and confirms of several deliveries in one request each. What a batch cannot decide goes to the store of
 * single requests, so the protocol is the same.
 *
 * <ol>
 *   <li><b>claim</b>: a PartiQL INSERT, which DynamoDB refuses when there is a row, whatever it says. The rows of those
 *       refused are read, again several at once, and judged. Where the row does not stand in the way (expired, lease over,
 *       already mine), or is gone by now, the single conditional request decides.
 *   <li><b>confirm</b>: a PartiQL UPDATE on condition that the owner is mine; where it fails, the single request decides.
 *   <li>An entry that fails for any other reason is asked again by itself, so its failure is its own.
 * </ol>
 *
 * <p>One entry alone goes as a single request, which decides at once.
 */
final class MergingClaimStore implements ClaimStore {

    /** Statements in a BatchExecuteStatement, and keys in a BatchGetItem (AWS documentation). */
    private static final int MOST_STATEMENTS = 25;

    private static final int MOST_KEYS = 100;

    /** How long a call waits for others while requests are quick; about as long as a quick request takes. */
    private static final Duration WAIT = Duration.ofMillis(4);

    private static final String INSERT = "INSERT INTO \"%s\" VALUE {'" + ClaimSchema.KEY + "': ?, '"
            + ClaimSchema.STATUS
            + "': ?, '" + ClaimSchema.OWNER + "': ?, '" + ClaimSchema.LEASE_UNTIL + "': ?, '" + ClaimSchema.EXPIRATION
            + "': ?}";

    private static final String UPDATE = "UPDATE \"%s\" SET \"" + ClaimSchema.STATUS + "\" = ? SET \""
            + ClaimSchema.EXPIRATION + "\" = ? SET \"" + ClaimSchema.PROCESSED_AT + "\" = ? REMOVE \""
            + ClaimSchema.LEASE_UNTIL + "\" WHERE \"" + ClaimSchema.KEY + "\" = ? AND \"" + ClaimSchema.OWNER
            + "\" = ?";

    private final DynamoDbClient client;
    private final String table;
    private final String keyPrefix;
    private final ClaimStore single;
    private final AwsRequestOverrideConfiguration timeouts;
    private final Merger<ClaimRequest, InsertResult> claims;
    private final Merger<ConfirmRequest, Boolean> confirms;
    private final Merger<String, Optional<KeyState>> reads;

    /** What a batched claim came to. */
    private enum InsertResult {
        WRITTEN,
        /** A row is in the way; it has to be read. */
        ROW_IN_THE_WAY,
        /** Only the single request can tell. */
        UNDECIDED
    }

    MergingClaimStore(
            DynamoDbClient client, String table, String keyPrefix, ClaimProtocol protocol, MergeGroup mergeGroup) {
        this.client = client;
        this.table = table;
        this.keyPrefix = keyPrefix;
        this.single = new DynamoDbClaimStore(client, table, keyPrefix, protocol);
        this.timeouts = DynamoDbClaimStore.timeouts(protocol);
        Merger.Limits statements = new Merger.Limits(MOST_STATEMENTS, MOST_STATEMENTS, WAIT);
        this.claims = new Merger<>(mergeGroup, statements, call -> 1, this::insert);
        this.confirms = new Merger<>(mergeGroup, statements, call -> 1, this::update);
        this.reads = new Merger<>(mergeGroup, new Merger.Limits(MOST_KEYS, MOST_KEYS, WAIT), key -> 1, this::get);
    }

    @Override
    public ClaimWrite insert(ClaimRequest request) {
        return switch (claims.call(request)) {
            case WRITTEN -> new ClaimWrite.Written(Optional.empty());
            case ROW_IN_THE_WAY -> new ClaimWrite.Refused(reads.call(request.key()));
            case UNDECIDED -> single.insert(request);
        };
    }

    @Override
    public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
        return single.replace(request, found);
    }

    @Override
    public boolean confirm(ConfirmRequest request) {
        return confirms.call(request) || single.confirm(request);
    }

    private List<Answer<InsertResult>> insert(List<ClaimRequest> requests) {
        if (requests.size() == 1) {
            return List.of(new Answer.Value<>(InsertResult.UNDECIDED));
        }
        return execute(requests.stream().map(this::insertStatement).toList()).stream()
                .map(MergingClaimStore::resultOf)
                .<Answer<InsertResult>>map(Answer.Value::new)
                .toList();
    }

    private static InsertResult resultOf(BatchStatementResponse response) {
        if (response.error() == null) {
            return InsertResult.WRITTEN;
        }
        return response.error().code() == BatchStatementErrorCodeEnum.DUPLICATE_ITEM
                ? InsertResult.ROW_IN_THE_WAY
                : InsertResult.UNDECIDED;
    }

    /** True: confirmed. False: the single request has to tell. */
    private List<Answer<Boolean>> update(List<ConfirmRequest> requests) {
        if (requests.size() == 1) {
            return List.of(new Answer.Value<>(false));
        }
        return execute(requests.stream().map(this::updateStatement).toList()).stream()
                .<Answer<Boolean>>map(response -> new Answer.Value<>(response.error() == null))
                .toList();
    }

    private List<BatchStatementResponse> execute(List<BatchStatementRequest> statements) {
        return client.batchExecuteStatement(
                        batch -> batch.overrideConfiguration(timeouts).statements(statements))
                .responses();
    }

    private BatchStatementRequest insertStatement(ClaimRequest request) {
        return BatchStatementRequest.builder()
                .statement(INSERT.formatted(table))
                .parameters(
                        text(keyPrefix + request.key()),
                        text(ClaimSchema.IN_PROGRESS),
                        text(request.owner()),
                        epochMilliseconds(request.leaseUntil()),
                        epochSeconds(request.expiration()))
                .build();
    }

    private BatchStatementRequest updateStatement(ConfirmRequest request) {
        return BatchStatementRequest.builder()
                .statement(UPDATE.formatted(table))
                .parameters(
                        text(ClaimSchema.COMPLETED),
                        epochSeconds(request.expiration()),
                        epochSecondsWithMilliseconds(request.processedAt()),
                        text(keyPrefix + request.key()),
                        text(request.owner()))
                .build();
    }

    /** The rows of several keys; a row that DynamoDB left unread counts as absent, and then the single claim decides. */
    private List<Answer<Optional<KeyState>>> get(List<String> keys) {
        List<Map<String, AttributeValue>> wanted = keys.stream()
                .distinct()
                .map(key -> Map.of(ClaimSchema.KEY, text(keyPrefix + key)))
                .toList();
        BatchGetItemResponse response = client.batchGetItem(get -> get.overrideConfiguration(timeouts)
                .requestItems(Map.of(
                        table,
                        KeysAndAttributes.builder()
                                .keys(wanted)
                                .consistentRead(true)
                                .build())));
        Map<String, KeyState> found = new HashMap<>();
        response.responses()
                .getOrDefault(table, List.of())
                .forEach(item -> found.put(item.get(ClaimSchema.KEY).s(), ClaimSchema.state(item)));
        return keys.stream()
                .<Answer<Optional<KeyState>>>map(
                        key -> new Answer.Value<>(Optional.ofNullable(found.get(keyPrefix + key))))
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
    public Optional<KeyState> read(String key) {
        return single.read(key);
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
}
