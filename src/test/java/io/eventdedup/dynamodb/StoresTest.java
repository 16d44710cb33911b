package io.eventdedup.dynamodb;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.ClaimStoreContract;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both stores in DynamoDB keep the contract of a store. */
class StoresTest {

    @ExtendWith(EmbeddedAwsExtension.class)
    abstract static class InDynamoDb extends ClaimStoreContract {

        TableFixture fixture;
        private ClaimStore store;

        @BeforeEach
        void start(EmbeddedAws aws) {
            fixture = new TableFixture(aws);
            store = create();
        }

        @AfterEach
        void stop() {
            fixture.close();
        }

        abstract ClaimStore create();

        @Override
        protected ClaimStore store() {
            return store;
        }
    }

    /** One request for each operation. */
    @Nested
    class Single extends InDynamoDb {

        @Override
        ClaimStore create() {
            return new DynamoDbClaimStore(fixture.client, fixture.table, "prefix/", PROTOCOL);
        }
    }

    /** One request for the operations of several deliveries. */
    @Nested
    class Merging extends InDynamoDb {

        @Override
        ClaimStore create() {
            return new MergingClaimStore(
                    fixture.client, fixture.table, "prefix/", PROTOCOL, new MergeGroup(), Duration.ofMillis(20), clock);
        }
    }
}
