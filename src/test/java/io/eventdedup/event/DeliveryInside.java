package io.eventdedup.event;

import java.util.Map;
import java.util.TreeMap;

/** Lets the exploration of the whole delivery see where a message and its events stand. */
public final class DeliveryInside {

    private DeliveryInside() {}

    /** Whether no event that was begun has to be waited for. */
    public static boolean isAtRest(Delivery delivery) {
        return delivery.state().isAtRest();
    }

    /** Whether each event that was begun has ended for good, whatever became of those that were not. */
    public static boolean isWhatWasBegunSettled(Delivery delivery) {
        MessageState state = delivery.state();
        return state.whole().stream().allMatch(EventState::isSettled)
                && state.begun().values().stream().allMatch(EventState::isSettled);
    }

    public static int place(EventInFlight event) {
        return event.place();
    }

    /** Whether its end is decided. */
    public static boolean isEnded(EventInFlight event) {
        return event.state().isAtRest();
    }

    /** What distinguishes this delivery from others of its message. */
    public static String describe(Delivery delivery) {
        MessageState state = delivery.state();
        StringBuilder text = new StringBuilder();
        text.append(state.settledEarlier());
        for (Map.Entry<Integer, EventState> event : new TreeMap<>(state.begun()).entrySet()) {
            text.append(event.getKey());
            describe(event.getValue(), text);
        }
        return text.toString();
    }

    private static void describe(EventState state, StringBuilder text) {
        text.append((char) ('A' + state.phase().ordinal()));
        state.outcome().ifPresent(outcome -> text.append(outcome.ordinal()));
        state.failure().ifPresent(failure -> {
            text.append(failure instanceof Failure.Dead ? 'd' : 'r').append(failure.attempt() ? '1' : '0');
            if (failure instanceof Failure.Again again) {
                text.append(again.outage() ? 'o' : 'a').append(again.visibleIn().toSeconds());
            }
        });
        text.append(state.sending()).append(state.accepted().ordinal());
        text.append(state.ownExchangeOver() ? 'x' : '-').append(state.workOver() ? 'w' : '-');
    }

    /** What a process remembers of a message. */
    public static String remembered(Histories histories, String messageId) {
        History history = histories.of(messageId);
        return history.isEmpty() ? "" : history.settled() + "" + history.failures();
    }
}
