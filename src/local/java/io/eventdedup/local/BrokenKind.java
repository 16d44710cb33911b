package io.eventdedup.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A way in which an event can be unusable, and the reason for which it is dead-lettered. */
enum BrokenKind {
    NOT_JSON("INVALID_JSON") {
        @Override
        String broken(String event, Random random) {
            return "<event id=\"" + SampleStory.randomId(random) + "\"/>";
        }
    },
    CUT_OFF("INVALID_JSON") {
        @Override
        String broken(String event, Random random) {
            return event.substring(0, event.length() / 2 + random.nextInt(event.length() / 2));
        }
    },
    A_STRING("NOT_AN_EVENT") {
        @Override
        String broken(String event, Random random) {
            return '"' + SampleStory.randomId(random) + '"';
        }
    },
    A_NUMBER("NOT_AN_EVENT") {
        @Override
        String broken(String event, Random random) {
            return Long.toString(random.nextLong());
        }
    },
    WITHOUT_TYPE("NOT_AN_EVENT") {
        @Override
        String broken(String event, Random random) {
            return edited(event, envelope -> envelope.remove("detail-type"));
        }
    },
    WITHOUT_DETAIL("NO_DETAIL") {
        @Override
        String broken(String event, Random random) {
            return edited(event, envelope -> envelope.remove("detail"));
        }
    },
    EMPTY_DETAIL("NO_DETAIL") {
        @Override
        String broken(String event, Random random) {
            return edited(event, envelope -> envelope.putObject("detail"));
        }
    },
    DETAIL_IS_TEXT("NO_DETAIL") {
        @Override
        String broken(String event, Random random) {
            return edited(event, envelope -> envelope.put("detail", "n/a"));
        }
    },
    NESTED_TOO_DEEP("TOO_DEEP") {
        @Override
        String broken(String event, Random random) {
            int depth = 510 + random.nextInt(1000);
            String nested = "[".repeat(depth) + "]".repeat(depth);
            return event.replace("\"detail\":{", "\"detail\":{\"nested\":" + nested + ",");
        }
    };

    /** Those that can be one element of an array without making the whole array unusable. */
    static final List<BrokenKind> ELEMENTS = Stream.of(values())
            .filter(kind -> kind.reason.equals("NOT_AN_EVENT") || kind.reason.equals("NO_DETAIL"))
            .toList();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String reason;

    BrokenKind(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    /** Makes this of an event that is sent nowhere else. */
    abstract String broken(String event, Random random);

    private static String edited(String event, Consumer<ObjectNode> edit) {
        try {
            ObjectNode envelope = (ObjectNode) JSON.readTree(event);
            edit.accept(envelope);
            return envelope.toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
