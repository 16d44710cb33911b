package io.eventdedup.key;

import java.util.regex.Pattern;

/**
 * Derives the detail-type of a Genesys event from its topic name. Genesys sends the full topic in the detail, and the topic with
 * the literal text <code>{id}</code> in place of each id as the detail-type.
 *
 * <p>Ids are UUIDs, numbers, and the names that follow {@code entitytype} and {@code entityid} in an audit topic.
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
