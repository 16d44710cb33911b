package io.eventdedup.dynamodb;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.Claimer;
import io.eventdedup.claim.KeyState;
import io.eventdedup.claim.RecentRefusals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** The repository's table: creates and checks it, looks a key up, and forgets a key. */
public final class ClaimTable {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimTable.class);

    private static final AwsRequestOverrideConfiguration TIMEOUTS = AwsRequestOverrideConfiguration.builder()
            .apiCallAttemptTimeout(Duration.ofSeconds(5))
            .apiCallTimeout(Duration.ofSeconds(10))
            .build();

    /** Only its time limits matter, because nothing is claimed here. */
    private static final ClaimProtocol LIMITS = new ClaimProtocol(Duration.ofSeconds(20), Duration.ZERO);

    /** Longer than any window, and than most processes run. */
    private static final Duration PIPELINE_MEMORY = Duration.ofDays(90);

    private static final String PROBLEM = "DynamoDB table %s ";

    private final DynamoDbClient client;
    private final String name;
    private final Claimer rows;

    /** @param client stays the caller's, to be closed by the caller */
    public ClaimTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
        this.rows = new Claimer(new DynamoDbClaimStore(client, name, "", LIMITS), LIMITS, new RecentRefusals());
    }

    /**
     * Creates the table, with on-demand billing and time to live, if it does not exist; returns when it is ACTIVE. Several processes may
     * do this at the same time.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB is unavailable, or denies the call
     */
    public void createIfMissing() {
        if (isThere()) {
            return;
        }
        try {
            client.createTable(create -> create.overrideConfiguration(TIMEOUTS)
                    .tableName(name)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(ClaimSchema.KEY)
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(ClaimSchema.KEY)
                            .keyType(KeyType.HASH)
                            .build())
                    .billingMode(BillingMode.PAY_PER_REQUEST));
        } catch (ResourceInUseException e) {
            LOG.debug("Table {} is being created by another process, or by an earlier attempt of this request", name);
        }
        client.waiter().waitUntilTableExists(describe -> describe.tableName(name));
        turnTimeToLiveOn();
    }

    private void turnTimeToLiveOn() {
        try {
            client.updateTimeToLive(update -> update.overrideConfiguration(TIMEOUTS)
                    .tableName(name)
                    .timeToLiveSpecification(
                            ttl -> ttl.attributeName(ClaimSchema.EXPIRATION).enabled(true)));
        } catch (DynamoDbException e) {
            // rejected if another process, or an earlier attempt, has done it already
            if (!isOn(timeToLive())) {
                throw e;
            }
        }
    }

    /**
     * Looks at the table's status, key and time to live.
     *
     * @return what should be changed; empty if nothing
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB does not respond, which says nothing about the table
     */
    public List<TableFinding> verify() {
        List<TableFinding> findings = new ArrayList<>();
        try {
            TableDescription table = describe();
            checkStatus(table, findings);
            checkKey(table, findings);
        } catch (ResourceNotFoundException e) {
            return List.of(finding(
                    TableFinding.Kind.MISSING,
                    "does not exist",
                    "create it with the partition key eventHash (S), or correct its name or the region"));
        } catch (DynamoDbException e) {
            findings.add(notVisible(e, "dynamodb:DescribeTable"));
        }
        try {
            checkTimeToLive(timeToLive(), findings);
        } catch (DynamoDbException e) {
            findings.add(notVisible(e, "dynamodb:DescribeTimeToLive"));
        }
        return List.copyOf(findings);
    }

    /**
     * The state of a key, read consistently. An expired row is returned until DynamoDB deletes it.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB is unavailable, or denies the call
     */
    public Optional<KeyState> find(String key) {
        return rows.find(key);
    }

    /**
     * Forgets a key, unless a delivery works on it. Running processes may remember it for up to a minute longer.
     *
     * @return false if there is no row, or if a delivery works on the key or claims it in the meantime
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB is unavailable, or denies the call
     */
    public boolean forget(String key) {
        return rows.forget(key);
    }

    /**
     * Remembers that the pipeline of an output queue has started.
     *
     * @param prefix what its keys begin with
     * @param output the ARN of its output queue
     * @return a finding if others whose keys begin with the same prefix have started within 90 days
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB is away, or does not allow it
     */
    public Optional<TableFinding> pipelineStarts(String prefix, String output, Instant now) {
        Map<String, AttributeValue> before = client.updateItem(update -> update.overrideConfiguration(TIMEOUTS)
                        .tableName(name)
                        .key(pipelinesKey(prefix))
                        .updateExpression("SET #output = :now, " + ClaimSchema.EXPIRATION + " = :expiration")
                        .expressionAttributeNames(Map.of("#output", output))
                        .expressionAttributeValues(Map.of(
                                ":now", ClaimSchema.epochSeconds(now),
                                ":expiration", ClaimSchema.epochSeconds(now.plus(PIPELINE_MEMORY))))
                        .returnValues(ReturnValue.ALL_OLD))
                .attributes();
        return shared(before, prefix, output, now);
    }

    /**
     * Whether other pipelines have the same keys as that of an output queue.
     *
     * @param prefix what its keys begin with
     * @param output the ARN of its output queue
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB is away, or does not allow it
     */
    public Optional<TableFinding> sharedKeys(String prefix, String output, Instant now) {
        Map<String, AttributeValue> item = client.getItem(get ->
                        get.overrideConfiguration(TIMEOUTS).tableName(name).key(pipelinesKey(prefix)))
                .item();
        return shared(item, prefix, output, now);
    }

    private static Map<String, AttributeValue> pipelinesKey(String prefix) {
        return Map.of(ClaimSchema.KEY, ClaimSchema.text(ClaimSchema.pipelinesKey(prefix)));
    }

    private Optional<TableFinding> shared(Map<String, AttributeValue> item, String prefix, String output, Instant now) {
        String others = ClaimSchema.starts(item).entrySet().stream()
                .filter(other -> !other.getKey().equals(output)
                        && other.getValue().plus(PIPELINE_MEMORY).isAfter(now))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(finding(
                        TableFinding.Kind.SHARED,
                        "has the keys of the pipelines to %s and to %s: what the one has forwarded is a duplicate for the other"
                                .formatted(output, others),
                        "give each a dedup.key-prefix, or delete the item %s if the other is no longer used"
                                .formatted(ClaimSchema.pipelinesKey(prefix))));
    }

    private void checkStatus(TableDescription table, List<TableFinding> findings) {
        if (table.tableStatus() != TableStatus.ACTIVE && table.tableStatus() != TableStatus.UPDATING) {
            findings.add(finding(
                    TableFinding.Kind.NOT_ACTIVE, "is " + table.tableStatusAsString(), "wait until it is ACTIVE"));
        }
    }

    private void checkKey(TableDescription table, List<TableFinding> findings) {
        String key = table.keySchema().stream()
                .map(element -> element.attributeName() + " (" + typeOf(table, element.attributeName()) + ", "
                        + element.keyTypeAsString() + ")")
                .collect(Collectors.joining(", "));
        if (!key.equals(ClaimSchema.KEY + " (S, HASH)")) {
            findings.add(finding(
                    TableFinding.Kind.WRONG_KEY,
                    "has the key " + key,
                    "a table's key cannot be changed: create another with the partition key eventHash (S) alone"));
        }
    }

    private static String typeOf(TableDescription table, String attribute) {
        return table.attributeDefinitions().stream()
                .filter(definition -> definition.attributeName().equals(attribute))
                .map(AttributeDefinition::attributeTypeAsString)
                .findFirst()
                .orElse("?");
    }

    private void checkTimeToLive(TimeToLiveDescription timeToLive, List<TableFinding> findings) {
        if (!isOn(timeToLive)) {
            findings.add(finding(
                    TableFinding.Kind.TIME_TO_LIVE_OFF,
                    "keeps expired rows for ever",
                    "turn its time to live on, for the attribute expiration"));
        } else if (!ClaimSchema.EXPIRATION.equals(timeToLive.attributeName())) {
            findings.add(finding(
                    TableFinding.Kind.TIME_TO_LIVE_WRONG,
                    "deletes rows by the attribute " + timeToLive.attributeName(),
                    "set its time to live to the attribute expiration"));
        }
    }

    private TableFinding notVisible(DynamoDbException e, String action) {
        String fix =
                switch (AwsFailure.of(e)) {
                    case DENIED -> "allow the action " + action;
                    case UNKNOWN_OPERATION -> "this service does not know the action " + action + ", so look yourself";
                    default -> throw e;
                };
        return finding(TableFinding.Kind.NOT_VISIBLE, "could not be checked", fix);
    }

    private TableFinding finding(TableFinding.Kind kind, String problem, String fix) {
        return new TableFinding(kind, PROBLEM.formatted(name) + problem, fix);
    }

    private boolean isThere() {
        try {
            describe();
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    private TableDescription describe() {
        return client.describeTable(
                        describe -> describe.overrideConfiguration(TIMEOUTS).tableName(name))
                .table();
    }

    private TimeToLiveDescription timeToLive() {
        return client.describeTimeToLive(
                        describe -> describe.overrideConfiguration(TIMEOUTS).tableName(name))
                .timeToLiveDescription();
    }

    private static boolean isOn(TimeToLiveDescription timeToLive) {
        TimeToLiveStatus status = timeToLive.timeToLiveStatus();
        return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
    }
}
