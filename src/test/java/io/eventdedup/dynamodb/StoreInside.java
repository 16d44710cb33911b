package io.eventdedup.dynamodb;

import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The shipped store, for tests of other packages. */
public final class StoreInside {

    private StoreInside() {}

    /** One request for each operation. */
    public static ClaimStore single(DynamoDbClient client, String table, ClaimProtocol protocol) {
        return new DynamoDbClaimStore(client, table, "", protocol);
    }
}
