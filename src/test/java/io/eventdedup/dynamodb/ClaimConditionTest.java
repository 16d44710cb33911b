package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.ClaimOutcome;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimProtocol.Step;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.ClaimStore.ClaimRequest;
import io.eventdedup.claim.ClaimStore.ClaimWrite;
import io.eventdedup.claim.ClaimStore.ConfirmResult;
import io.eventdedup.claim.Claimer;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.KeyState;
import io.eventdedup.claim.RecentRefusals;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The conditions in DynamoDB's language decide as the functions in Java do, for every row that may be found. */
@ExtendWith(EmbeddedAwsExtension.class)
class ClaimConditionTest {

    private static final String KEY = "key";
    private static final String ME = "me";
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");
    private static final ClaimProtocol PROTOCOL = new ClaimProtocol(Duration.ofSeconds(20), Duration.ofSeconds(1));

    private TableFixture fixture;
    private ClaimStore store;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        store = new DynamoDbClaimStore(fixture.client, fixture.table, "", PROTOCOL);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void claimsAreDecidedAlike() {
        ClaimRequest request = PROTOCOL.claim(KEY, ME, WINDOW, Content.NONE, NOW);
        Claimer claimer = new Claimer(store, PROTOCOL, new RecentRefusals());
        for (Map<String, AttributeValue> item : items()) {
            fixture.put(KEY, item);
            Step step = PROTOCOL.judge(Optional.of(ClaimSchema.state(item)), request);
            ClaimOutcome expected = step instanceof Step.Decided decided
                    ? decided.outcome()
                    : new ClaimOutcome.Claimed(
                            request.leaseUntil(), ((Step.Write) step).request().failures(), Optional.empty());

            assertThat(claimer.claim(request)).as("claim over %s", item).isEqualTo(expected);
        }
    }

    @Test
    void onlyARowThatMayBeReplacedIsReplaced() {
        ClaimRequest request = PROTOCOL.claim(KEY, ME, WINDOW, Content.NONE, NOW);
        for (Map<String, AttributeValue> item : items()) {
            KeyState found = ClaimSchema.state(item);
            Step step = PROTOCOL.judge(Optional.of(found), request);
            fixture.put(KEY, item);
            boolean replaced = store.replace(request, Optional.of(found)) instanceof ClaimWrite.Written;
            fixture.put(KEY, item);
            boolean inserted = store.insert(request) instanceof ClaimWrite.Written;

            boolean expired = PROTOCOL.isExpired(found, NOW);
            assertThat(inserted).as("insert over %s", item).isEqualTo(expired);
            assertThat(replaced || expired).as("replace %s", item).isEqualTo(step instanceof Step.Write);
        }
    }

    @Test
    void aRowThatIsNotAsItWasFoundIsNotReplaced() {
        ClaimRequest request = PROTOCOL.claim(KEY, ME, WINDOW, Content.NONE, NOW);
        for (Map<String, AttributeValue> item : items()) {
            KeyState found = ClaimSchema.state(item);
            Map<String, AttributeValue> changed = new HashMap<>(item);
            changed.put("owner", text("somebody new"));
            fixture.put(KEY, changed);

            assertThat(store.replace(request, Optional.of(found)))
                    .as("replace %s", item)
                    .isEqualTo(new ClaimWrite.Refused(Optional.of(ClaimSchema.state(changed))));
        }
    }

    @Test
    void confirmsAreDecidedAlike() {
        for (Map<String, AttributeValue> item : items()) {
            fixture.put(KEY, item);
            ConfirmResult expected = PROTOCOL.mayConfirm(Optional.of(ClaimSchema.state(item)), ME)
                    ? ConfirmResult.ROW
                    : ConfirmResult.REFUSED;

            assertThat(store.confirm(PROTOCOL.confirm(KEY, ME, WINDOW, NOW)))
                    .as("confirm over %s", item)
                    .isEqualTo(expected);
        }
    }

    @Test
    void renewalsAreDecidedAlike() {
        for (Map<String, AttributeValue> item : items()) {
            fixture.put(KEY, item);
            boolean expected = PROTOCOL.holds(Optional.of(ClaimSchema.state(item)), ME);

            assertThat(store.renew(PROTOCOL.renew(KEY, ME, WINDOW, 0, NOW)))
                    .as("renew over %s", item)
                    .isEqualTo(expected);
        }
    }

    @Test
    void releasesAreDecidedAlike() {
        for (Map<String, AttributeValue> item : items()) {
            fixture.put(KEY, item);
            boolean expected = PROTOCOL.holds(Optional.of(ClaimSchema.state(item)), ME);

            assertThat(store.delete(KEY, ME)).as("delete over %s", item).isEqualTo(expected);

            fixture.put(KEY, item);
            boolean freedBefore = ClaimSchema.state(item) instanceof KeyState.Free free && free.isOwnedBy(ME);
            assertThat(store.free(PROTOCOL.free(KEY, ME, WINDOW, 0, NOW)))
                    .as("free over %s", item)
                    .isEqualTo(expected || freedBefore);
        }
    }

    private static List<Map<String, AttributeValue>> items() {
        long second = NOW.getEpochSecond();
        long takeOver = NOW.minusSeconds(1).toEpochMilli();
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (AttributeValue status :
                values(text("IN_PROGRESS"), text("COMPLETED"), text("FREE"), text("SOMETHING"), null)) {
            for (AttributeValue owner : values(text(ME), text("other"), null)) {
                for (AttributeValue lease : values(number(takeOver), number(takeOver + 1), null)) {
                    for (AttributeValue end : values(number(second), number(second + 1), text("late"), null)) {
                        Map<String, AttributeValue> item = new HashMap<>();
                        put(item, "status", status);
                        put(item, "owner", owner);
                        put(item, "leaseUntil", lease);
                        put(item, "expiration", end);
                        put(item, "group", items.size() % 3 == 0 ? text("g") : null);
                        put(item, "attempts", items.size() % 2 == 0 ? number(items.size()) : null);
                        items.add(item);
                    }
                }
            }
        }
        return items;
    }

    private static List<AttributeValue> values(AttributeValue... values) {
        List<AttributeValue> list = new ArrayList<>();
        Collections.addAll(list, values);
        return list;
    }

    private static void put(Map<String, AttributeValue> item, String name, AttributeValue value) {
        if (value != null) {
            item.put(name, value);
        }
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
