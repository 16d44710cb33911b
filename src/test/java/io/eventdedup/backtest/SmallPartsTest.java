package io.eventdedup.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.json.JsonPointer;
import io.eventdedup.key.RuleDraft;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPartsTest {

    @Property
    void anIndexIsAMap(@ForAll @Size(max = 3000) List<@LongRange(min = -900, max = 900) Long> keys) {
        LongIndex index = new LongIndex();
        Map<Long, Integer> map = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            index.put(keys.get(i), i);
            map.put(keys.get(i), i);
        }
        for (long key = -1000; key <= 1000; key++) {
            assertThat(index.get(key)).isEqualTo(map.getOrDefault(key, -1));
        }
        assertThat(index.size()).isEqualTo(map.size());
    }

    @Test
    void anIndexGrows() {
        LongIndex index = new LongIndex();
        for (int i = 0; i < 100_000; i++) {
            index.put(31L * i, i);
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(index.get(31L * i)).isEqualTo(i);
        }
        assertThat(index.get(1)).isEqualTo(-1);
    }

    @Property
    void theMedianIsRightToFivePercent(
            @ForAll @Size(min = 1, max = 99) List<@LongRange(min = 0, max = 5_184_000_000L) Long> times) {
        Gaps gaps = new Gaps();
        times.forEach(gaps::add);
        long median = times.stream().sorted().toList().get((times.size() - 1) / 2);

        assertThat(gaps.median()).isBetween((long) (median * 0.95), (long) (median * 1.05) + 1);
        assertThat(gaps.total()).isEqualTo(times.size());
        assertThat(gaps.between(-1, Long.MAX_VALUE)).isEqualTo(times.size());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "350, 350 ms",
        "1000, 1 s",
        "1500, 1.5 s",
        "90000, 1.5 min",
        "5400000, 1.5 h",
        "1209600000, 14 d"
    })
    void timesAreWrittenForPeople(long millis, String text) {
        assertThat(Times.text(millis)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "true, detail/timestamp, PUBLISHING",
        "true, detail/metadata/CorrelationId, PUBLISHING",
        "true, detail/topicName, ID",
        "true, detail/eventBody/eventTime, OWN_TIME",
        "true, detail/eventBody/routingStatus/startTime, OWN_TIME",
        "true, detail/eventBody/modifiedDate, OWN_TIME",
        "true, detail/eventBody/dateActiveQueuesChanged, OWN_TIME",
        "true, detail/eventBody/version, OWN_VERSION",
        "true, detail/eventBody/messageId, ID",
        "true, detail/eventBody/correlationId, MESSAGE_ID",
        "true, detail/eventBody/sentAt, SENT_TIME",
        "true, detail/eventBody/deliveryStatus, CONTENT",
        "true, detail/eventBody/eventType, CONTENT",
        "true, detail/eventBody/dateCreated, OWN_TIME",
        "true, detail/eventBody/inactivityTimeout, CONTENT",
        "true, detail/eventBody/a/b/modifiedDate, CONTENT",
        "true, source, ENVELOPE",
        "false, detail/timestamp, GENERIC_TIME",
        "false, detail/event-id, MESSAGE_ID",
        "false, detail/header/timestamp, GENERIC_TIME",
        "false, detail/order/line/timestamp, CONTENT",
        "false, detail/eventTime, OWN_TIME",
        "false, detail/interaction-id, ID",
        "false, detail/state, CONTENT",
    })
    void aFieldsKindIsToldByItsPlaceAndName(boolean genesys, String names, FieldKind kind) {
        assertThat(FieldKind.of(genesys, List.of(names.split("/")))).isEqualTo(kind);
    }

    /** The thousand-and-first type and all further ones are counted as one; those before are still told apart. */
    @Test
    void aTypeThatIsKnownStaysATypeOfItsOwn() {
        RuleStats stats = new RuleStats("*", draft("0"));
        Suspicion first = stats.coarse(draft("0"), false);
        for (int type = 1; type <= 1001; type++) {
            stats.coarse(draft(Integer.toString(type)), false);
        }

        assertThat(stats.coarse(draft("0"), false)).isSameAs(first);
        assertThat(stats.coarse(draft("1001"), false)).isSameAs(stats.coarse(draft("1000"), false));
        assertThat(stats.coarse()).hasSize(1001);
    }

    private static RuleDraft draft(String type) {
        List<RuleDraft.Part> key = List.of(RuleDraft.Part.required(JsonPointer.parse("/detail")));
        return new RuleDraft(type, key, List.of(), Map.of(), Duration.ofMinutes(5), null);
    }
}
