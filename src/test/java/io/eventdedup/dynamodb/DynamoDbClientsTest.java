package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.aws.FoundClient;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbClientsTest {

    private static final String TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/Events";

    @Test
    void aTableIsLookedForInTheRegionThatItsArnNames() {
        try (FoundClient<DynamoDbClient> found = DynamoDbClients.find(null, null, TABLE)) {
            assertThat(found.own()).isTrue();
            assertThat(found.region()).contains("eu-west-1");
        }
    }

    @Test
    void aClientOfAnotherRegionIsRefused() {
        try (DynamoDbClient client =
                DynamoDbClient.builder().region(Region.US_EAST_1).build()) {
            assertThatThrownBy(() -> DynamoDbClients.find(client, null, TABLE))
                    .isInstanceOf(TableException.class)
                    .hasMessageContaining("is in eu-west-1, but the configured client calls us-east-1");

            assertThat(DynamoDbClients.find(client, null, "Events").client()).isSameAs(client);
        }
    }
}
