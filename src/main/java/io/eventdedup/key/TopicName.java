package io.eventdedup.key;

import java.util.regex.Pattern;

/**
 * The detail-type of a Genesys event rebuilt from its topic name: Genesys publishes the topic with its ids replaced by
 * the literal text <code>{id}</code> as the detail-type, and the full topic in the detail.
 *
 * <p>Ids are UUIDs, numbers, and whatever follows {@code entitytype} and {@code entityid} in an audit topic.
 */
final class TopicName {

    private static final Pattern ID = Pattern.compile("(?<=[.])"
            + "(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
            + "|[0-9]+"
            + "|(?<=[.]entity(?:type|id)[.])[^.]+)"
            + "(?=[.]|$)");

    private TopicName() {}

    static String detailType(String topicName) {
        return ID.matcher(topicName).replaceAll("{id}");
    }
}
