package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleStoryTest {

    private static final SampleStory STORY = SampleStory.load();

    @Test
    void hasOneEventPerGroupOfSamples() {
        assertThat(STORY.retold(new Random(1), Duration.ZERO)).hasSize(23).doesNotHaveDuplicates();
    }

    @Test
    void anIdIsTheSameWhereverItAppearsInARetelling() {
        List<String> story = STORY.retold(new Random(1), Duration.ZERO);
        String start = story.get(0);
        String conversation = start.replaceAll(".*\"conversationId\":\"([^\"]*)\".*", "$1");

        assertThat(start).contains("v2.detail.events.conversation." + conversation + ".customer.start");
        assertThat(story.get(1)).contains(conversation);
    }

    @Test
    void noIdIsTheSameInAnotherRetelling() {
        Random random = new Random(1);

        assertThat(STORY.retold(random, Duration.ZERO))
                .doesNotContainAnyElementsOf(STORY.retold(random, Duration.ZERO));
    }

    @Test
    void everyTimeIsLaterByAsMuch() {
        assertThat(STORY.retold(new Random(1), Duration.ofHours(1)).get(0))
                .contains("\"time\":\"2026-03-10T10:15:00Z\"")
                .contains("\"eventTime\":" + (1773134100120L + 3_600_000))
                .contains("\"timestamp\":\"2026-03-10T10:15:00.330Z\"")
                .doesNotContain("T09:");
    }

    @Test
    void theOrganisationStaysTheSame() {
        assertThat(STORY.retold(new Random(1), Duration.ZERO).get(0))
                .contains("aws.partner/genesys.com/cloud/894af375-a52f-4d5a-a92d-9d9c279b1489/");
    }
}
