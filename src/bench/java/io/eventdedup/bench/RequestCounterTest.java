package io.eventdedup.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestCounterTest {

    private final RequestCounter counter = new RequestCounter();

    @Test
    void aBatchIsOneRequestAndAsManyDeletes() {
        count("DeleteMessageBatch", "{\"Entries\":[{\"ReceiptHandle\":\"a\"},{\"ReceiptHandle\":\"b\"}]}", "{}");

        assertThat(counter.counts().requests()).isEqualTo(1);
        assertThat(counter.counts().of(Counts.DELETED)).isEqualTo(2);
    }

    @Test
    void eachStatementIsAWriteUnit() {
        count("BatchExecuteStatement", "{\"Statements\":[{\"Statement\":\"x\"},{\"Statement\":\"y\"}]}", "{}");

        assertThat(counter.counts().of(Counts.WRITE_UNITS)).isEqualTo(2);
    }

    @Test
    void aBatchOfPutsAndDeletesIsAWriteUnitForEach() {
        count("BatchWriteItem", "{\"t\":[{\"PutRequest\":{}},{\"DeleteRequest\":{}},{\"PutRequest\":{}}]}", "{}");

        assertThat(counter.counts().of(Counts.WRITE_UNITS)).isEqualTo(3);
    }

    @Test
    void anItemAboveOneKilobyteTakesTheUnitsThatDynamoDbSays() {
        count("UpdateItem", "{}", "{\"ConsumedCapacity\":{\"CapacityUnits\":3.0,\"TableName\":\"t\"}}");
        count("UpdateItem", "{}", "{\"__type\":\"ConditionalCheckFailedException\"}");

        assertThat(counter.counts().of(Counts.WRITE_UNITS)).isEqualTo(4);
    }

    @Test
    void aConsistentReadIsAUnitForEachItemAndAnotherOneHalf() {
        count("BatchGetItem", "{\"Keys\":[{\"eventHash\":1},{\"eventHash\":2}],\"ConsistentRead\":true}", "{}");
        count("GetItem", "{\"Key\":{\"eventHash\":1}}", "{}");

        assertThat(counter.counts().of(Counts.HALF_READ_UNITS)).isEqualTo(5);
    }

    @Test
    void aReceiveThatBringsNothingIsKeptApart() {
        count("ReceiveMessage", "{}", "{}");
        count("ReceiveMessage", "{}", "{\"Messages\":[{\"ReceiptHandle\":\"a\"}]}");

        assertThat(counter.counts().requests()).isEqualTo(1);
        assertThat(counter.counts().of(Counts.EMPTY_RECEIVE)).isEqualTo(1);
    }

    @Test
    void whatAMessageSaysIsNotCounted() {
        count("DeleteMessage", "{\"ReceiptHandle\":\"{\\\"ReceiptHandle\\\":1}\"}", "{}");

        assertThat(counter.counts().of(Counts.DELETED)).isEqualTo(1);
    }

    @Test
    void countsTravelAsALine() {
        Counts counts = new Counts(Map.of("PutItem", 3L, Counts.DELETED, 2L));

        assertThat(Counts.parse(counts.line())).isEqualTo(counts);
        assertThat(Counts.parse("").requests()).isZero();
    }

    @Test
    void whatWasCountedEarlierCanBeTakenOff() {
        Counts earlier = new Counts(Map.of("PutItem", 3L, "GetItem", 1L));

        assertThat(new Counts(Map.of("PutItem", 5L, "GetItem", 1L)).since(earlier))
                .isEqualTo(new Counts(Map.of("PutItem", 2L)));
    }

    private void count(String operation, String request, String response) {
        counter.count(operation, bytes(request), bytes(response));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
