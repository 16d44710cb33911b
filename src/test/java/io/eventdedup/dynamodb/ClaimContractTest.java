package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static io.eventdedup.dynamodb.TableFixture.SKEW;
import static io.eventdedup.dynamodb.TableFixture.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The claim protocol against a real table: what each delivery is told, and what the row says afterwards. */
@ExtendWith(EmbeddedAwsExtension.class)
class ClaimContractTest {

    private static final String KEY = "2b1cc0ffee0123456789";

    private TableFixture fixture;
    private DynamoDbIdempotentRepository one;
    private DynamoDbIdempotentRepository other;
    private Exchange original;
    private Exchange copy;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        one = fixture.process();
        other = fixture.process();
        original = fixture.delivery();
        copy = fixture.delivery();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aNewKeyIsClaimed() {
        assertThat(one.add(original, KEY)).isTrue();

        Map<String, AttributeValue> item = fixture.item(KEY);
        assertThat(item).containsOnlyKeys("eventHash", "status", "owner", "leaseUntil", "expiration");
        assertThat(item.get("status").s()).isEqualTo("IN_PROGRESS");
        assertThat(item.get("leaseUntil").n())
                .isEqualTo(Long.toString(fixture.clock.instant().plus(LEASE).toEpochMilli()));
        assertThat(item.get("expiration").n())
                .isEqualTo(Long.toString(fixture.epochSecond(LEASE.plus(SKEW).plus(WINDOW)) + 1));
    }

    @Test
    void aKeyInProgressElsewhereIsNeitherNewNorADuplicate() {
        one.add(original, KEY);

        KeyInProgressException thrown = catchThrowableOfType(KeyInProgressException.class, () -> other.add(copy, KEY));

        assertThat(thrown.key()).isEqualTo(KEY);
        assertThat(thrown.until()).isEqualTo(fixture.clock.instant().plus(LEASE).plus(SKEW));
        assertThat(thrown.retryAfter()).isEqualTo(LEASE.plus(SKEW));
        assertThat(thrown).hasMessageContaining("2b1cc0ff").hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain(KEY);
    }

    @Test
    void aConfirmedKeyIsADuplicateEverywhere() {
        one.add(original, KEY);
        assertThat(one.confirm(original, KEY)).isTrue();

        assertThat(other.add(copy, KEY)).isFalse();
        assertThat(one.add(fixture.delivery(), KEY)).isFalse();
    }

    @Test
    void confirmKeepsTheOwnerAndStartsTheWindowAnew() {
        one.add(original, KEY);
        String owner = fixture.item(KEY).get("owner").s();
        fixture.clock.move(Duration.ofSeconds(7));
        one.confirm(original, KEY);

        Map<String, AttributeValue> item = fixture.item(KEY);
        assertThat(item).containsOnlyKeys("eventHash", "status", "owner", "processedAt", "expiration");
        assertThat(item.get("status").s()).isEqualTo("COMPLETED");
        assertThat(item.get("owner").s()).isEqualTo(owner);
        assertThat(item.get("expiration").n()).isEqualTo(Long.toString(fixture.epochSecond(WINDOW) + 1));
        assertThat(new BigDecimal(item.get("processedAt").n()))
                .isEqualByComparingTo(fixture.clock.instant().getEpochSecond() + ".25");
    }

    @Test
    void aReleasedKeyIsNewAgain() {
        one.add(original, KEY);
        assertThat(one.remove(original, KEY)).isTrue();

        assertThat(fixture.item(KEY)).isEmpty();
        assertThat(other.add(copy, KEY)).isTrue();
    }

    @Test
    void aClaimIsTakenOverOnlyAfterLeaseAndSkew() {
        one.add(original, KEY);
        TableFixture.kill(one);

        fixture.clock.move(LEASE.plus(SKEW).minusMillis(1));
        assertThatThrownBy(() -> other.add(copy, KEY)).isInstanceOf(KeyInProgressException.class);

        fixture.clock.move(Duration.ofMillis(1));
        assertThat(other.add(copy, KEY)).isTrue();
    }

    @Test
    void anExpiredRowCountsForNothing() {
        fixture.put(
                KEY,
                Map.of(
                        "status", AttributeValue.fromS("COMPLETED"),
                        "expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(Duration.ZERO)))));

        assertThat(one.add(original, KEY)).isTrue();
    }

    @Test
    void aRowOfTheLambdaIsADuplicateUntilItExpires() {
        fixture.put(KEY, Map.of("expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(WINDOW)))));

        assertThat(one.add(original, KEY)).isFalse();
        fixture.clock.move(WINDOW);
        assertThat(one.add(copy, KEY)).isTrue();
    }

    @Test
    void theExchangeMayBringAWindowOfItsOwn() {
        original.setProperty(DynamoDbIdempotentRepository.WINDOW_PROPERTY, Duration.ofDays(14));
        one.add(original, KEY);
        one.confirm(original, KEY);

        assertThat(fixture.item(KEY).get("expiration").n())
                .isEqualTo(Long.toString(fixture.epochSecond(Duration.ofDays(14)) + 1));
    }
}
