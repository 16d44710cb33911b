package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.ClaimSchema.epochMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSeconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSecondsWithMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.text;

import io.eventdedup.claim.ClaimStore.ClaimRequest;
import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.Group;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;

/**
 * The protocol's writes in PartiQL, because BatchExecuteStatement accepts conditional writes in a batch and BatchWriteItem does not
 * (Amazon DynamoDB API Reference).
 */
final class ClaimStatements {

    private static final String INSERT = "INSERT INTO \"%s\" VALUE {'" + ClaimSchema.KEY + "': ?, '"
            + ClaimSchema.STATUS
            + "': ?, '" + ClaimSchema.OWNER + "': ?, '" + ClaimSchema.LEASE_UNTIL + "': ?, '" + ClaimSchema.EXPIRATION
            + "': ?, '" + ClaimSchema.GROUP + "': ?";

    private static final String INSERT_WITH_CONTENT = INSERT + ", '" + ClaimSchema.CONTENT + "': ?}";

    private static final String INSERT_WITHOUT_CONTENT = INSERT + "}";

    private static final String UPDATE = "UPDATE \"%s\" SET \"" + ClaimSchema.STATUS + "\" = ? SET \""
            + ClaimSchema.EXPIRATION + "\" = ? SET \"" + ClaimSchema.PROCESSED_AT + "\" = ? REMOVE \""
            + ClaimSchema.LEASE_UNTIL + "\" REMOVE \"" + ClaimSchema.ATTEMPTS + "\" REMOVE \"" + ClaimSchema.GROUP
            + "\" WHERE \"" + ClaimSchema.KEY + "\" = ? AND \"" + ClaimSchema.OWNER + "\" = ?";

    private static final String INSERT_GROUP = "INSERT INTO \"%s\" VALUE {'" + ClaimSchema.KEY + "': ?, '"
            + ClaimSchema.DONE + "': ?, '" + ClaimSchema.EXPIRATION + "': ?}";

    private static final String UPDATE_GROUP = "UPDATE \"%s\" SET \"" + ClaimSchema.DONE + "\" = set_add(\""
            + ClaimSchema.DONE + "\", ?) SET \"" + ClaimSchema.EXPIRATION + "\" = ? WHERE \"" + ClaimSchema.KEY
            + "\" = ?";

    private final String table;
    private final String keyPrefix;

    ClaimStatements(String table, String keyPrefix) {
        this.table = table;
        this.keyPrefix = keyPrefix;
    }

    /** Writes the claim; DynamoDB rejects it if there is a row, whatever its state. */
    BatchStatementRequest insert(ClaimRequest request, Group group) {
        List<AttributeValue> values = new ArrayList<>(List.of(
                text(keyPrefix + request.key()),
                text(ClaimSchema.IN_PROGRESS),
                text(request.owner()),
                epochMilliseconds(request.leaseUntil()),
                epochSeconds(request.expiration()),
                text(group.token())));
        boolean content = !request.content().isEmpty();
        if (content) {
            values.add(ClaimSchema.bytes(request.content()));
        }
        return statement(content ? INSERT_WITH_CONTENT : INSERT_WITHOUT_CONTENT, values.toArray(AttributeValue[]::new));
    }

    /** Completes the row, on condition that it has this owner. */
    BatchStatementRequest confirm(ConfirmRequest request) {
        return statement(
                UPDATE,
                text(ClaimSchema.COMPLETED),
                epochSeconds(request.expiration()),
                epochSecondsWithMilliseconds(request.processedAt()),
                text(keyPrefix + request.key()),
                text(request.owner()));
    }

    /** Creates the group's item the first time, and adds to it afterwards. */
    BatchStatementRequest confirm(Group group, List<String> owners) {
        AttributeValue key = text(ClaimSchema.groupKey(group.token()));
        AttributeValue expiration = epochSeconds(group.expiration());
        return group.begun().get()
                ? statement(UPDATE_GROUP, AttributeValue.fromSs(owners), expiration, key)
                : statement(INSERT_GROUP, key, AttributeValue.fromSs(owners), expiration);
    }

    private BatchStatementRequest statement(String partiQl, AttributeValue... parameters) {
        return BatchStatementRequest.builder()
                .statement(partiQl.formatted(table))
                .parameters(parameters)
                .build();
    }
}
