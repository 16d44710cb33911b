package io.eventdedup.event;

import java.util.Optional;

/**
 * The state of an event from its receipt to its end. Immutable; the transitions define when the event may be sent, when it ends, and
 * with which outcome.
 *
 * <pre>
 *   RECEIVED --keyed--> KEYED --claimed----> CLAIMED ---+
 *       |                 |---duplicate----> DUPLICATE -+--end--> ENDING --told--> ENDED
 *       +-----------------+-----------------------------+                 |          ^
 *                                                                         +--> LETTER (its dead letter is to be sent)
 * </pre>
 *
 * <ul>
 *   <li>The first failure counts. An event that has failed is no longer sent, from none of its exchanges.
 *   <li>An event that the output has accepted is forwarded, whatever fails afterwards.
 *   <li>It ends when all of these have ended: its own exchange, the exchange on another thread that has taken over its completion
 *       ({@code seda}), and every send.
 * </ul>
 *
 * @param outcome how it ends, from {@link Phase#ENDING} on; empty until its dead letter is accepted
 * @param failure the failure that counts
 * @param sending sends under way
 * @param sends sends that have begun
 * @param accepted which outputs have accepted the event
 * @param blockPassed whether it has reached the end of the route's block, without failure and without {@code stop}
 * @param observed whether it is a duplicate that is forwarded nevertheless ({@code dedup.mode=observe})
 * @param ownExchangeOver whether the event's own exchange has ended
 * @param workOver whether the exchange with the event's completion has ended, which may be the event's own
 */
record EventState(
        Phase phase,
        Optional<Outcome> outcome,
        Optional<Failure> failure,
        int sending,
        int sends,
        Accepted accepted,
        boolean blockPassed,
        boolean observed,
        boolean ownExchangeOver,
        boolean workOver) {

    enum Phase {
        /** In the route, without a key yet. */
        RECEIVED,
        /** Has its key. */
        KEYED,
        /** Its key is claimed. */
        CLAIMED,
        /** Its key was found completed. */
        DUPLICATE,
        /** Its outcome is decided, and is being reported to its claim and the listeners. */
        ENDING,
        /** It failed, and no queue has accepted its dead letter yet. */
        LETTER,
        /** It has ended in this delivery of its message. */
        ENDED
    }

    /** Who has accepted an event, in ascending order. */
    enum Accepted {
        NOWHERE,
        /** A queue that is not the route's output. */
        ELSEWHERE,
        OUTPUT
    }

    static EventState received() {
        return new EventState(
                Phase.RECEIVED, Optional.empty(), Optional.empty(), 0, 0, Accepted.NOWHERE, false, false, false, false);
    }

    EventState keyed() {
        return phase == Phase.RECEIVED ? in(Phase.KEYED) : this;
    }

    EventState claimed() {
        return isDecided() ? this : in(Phase.CLAIMED);
    }

    /** Its key was found completed. No effect on an event that has a claim. */
    EventState duplicate() {
        return phase == Phase.RECEIVED || phase == Phase.KEYED ? in(Phase.DUPLICATE) : this;
    }

    /** A duplicate continues, because the route observes duplicates instead of dropping them. */
    EventState observe() {
        return phase == Phase.DUPLICATE
                ? new EventState(
                        phase, outcome, failure, sending, sends, accepted, blockPassed, true, ownExchangeOver, workOver)
                : this;
    }

    EventState failed(Failure cause) {
        return failure.isPresent() || isDecided()
                ? this
                : new EventState(
                        phase,
                        outcome,
                        Optional.of(cause),
                        sending,
                        sends,
                        accepted,
                        blockPassed,
                        observed,
                        ownExchangeOver,
                        workOver);
    }

    /** Whether a send may begin: unless the event has failed. A step may also send after the event's end, as an aggregate does. */
    boolean maySend() {
        return failure.isEmpty();
    }

    EventState sendBegins() {
        return new EventState(
                phase,
                outcome,
                failure,
                sending + 1,
                sends + 1,
                accepted,
                blockPassed,
                observed,
                ownExchangeOver,
                workOver);
    }

    EventState sendEnds(Accepted by) {
        Accepted most = by.compareTo(accepted) > 0 ? by : accepted;
        return new EventState(
                phase, outcome, failure, sending - 1, sends, most, blockPassed, observed, ownExchangeOver, workOver);
    }

    /** An exchange of the event has reached the end of the route's block. */
    EventState passesBlock() {
        return new EventState(
                phase, outcome, failure, sending, sends, accepted, true, observed, ownExchangeOver, workOver);
    }

    EventState ownExchangeEnds() {
        return new EventState(phase, outcome, failure, sending, sends, accepted, blockPassed, observed, true, workOver);
    }

    EventState workEnds() {
        return new EventState(
                phase, outcome, failure, sending, sends, accepted, blockPassed, observed, ownExchangeOver, true);
    }

    /** Whether nothing of the event is under way, so that its outcome may be decided. */
    boolean isOver() {
        return !isDecided() && ownExchangeOver && workOver && sending == 0;
    }

    /**
     * Decides the outcome of the event.
     *
     * @param sendsToOutput whether the route sends to its output queue; if not, the end of its block counts as forwarded
     */
    EventState end(boolean sendsToOutput) {
        return ending(decision(sendsToOutput));
    }

    private Optional<Outcome> decision(boolean sendsToOutput) {
        if (isForwarded()) {
            return Optional.of(sent());
        }
        if (failure.isPresent()) {
            return failure.get() instanceof Failure.Dead ? Optional.empty() : Optional.of(Outcome.RETURNED);
        }
        if (phase == Phase.DUPLICATE && !observed) {
            return Optional.of(Outcome.DUPLICATE);
        }
        boolean passedOn = accepted == Accepted.ELSEWHERE || blockPassed && !sendsToOutput;
        return Optional.of(passedOn ? sent() : Outcome.FILTERED);
    }

    private Outcome sent() {
        return observed ? Outcome.OBSERVED_COPY : Outcome.FORWARDED;
    }

    /** The outcome was reported to the claim and the listeners. */
    EventState told() {
        return phase == Phase.ENDING ? in(outcome.isPresent() ? Phase.ENDED : Phase.LETTER) : this;
    }

    /** The dead-letter queue has accepted the dead letter. */
    EventState letterAccepted() {
        return phase == Phase.LETTER ? ending(Optional.of(Outcome.DEAD_LETTER)) : this;
    }

    /** The message goes back to the queue before the dead letter was accepted. */
    EventState letterKept() {
        return phase == Phase.LETTER ? ending(Optional.of(Outcome.RETURNED)) : this;
    }

    boolean isForwarded() {
        return accepted == Accepted.OUTPUT;
    }

    private boolean isDecided() {
        return phase.compareTo(Phase.ENDING) >= 0;
    }

    /** Whether it has ended, or its dead letter is to be sent. */
    boolean isAtRest() {
        return phase.compareTo(Phase.LETTER) >= 0;
    }

    boolean hasLetter() {
        return phase == Phase.LETTER;
    }

    /** Whether it has ended in this delivery and comes again with the next one. */
    boolean comesAgain() {
        return phase == Phase.ENDED && outcome.equals(Optional.of(Outcome.RETURNED));
    }

    /** Whether nothing is left to do for the event. */
    boolean isSettled() {
        return phase == Phase.ENDED && !comesAgain();
    }

    private EventState ending(Optional<Outcome> end) {
        return new EventState(
                Phase.ENDING, end, failure, sending, sends, accepted, blockPassed, observed, ownExchangeOver, workOver);
    }

    private EventState in(Phase next) {
        return new EventState(
                next, outcome, failure, sending, sends, accepted, blockPassed, observed, ownExchangeOver, workOver);
    }
}
