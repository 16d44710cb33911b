package io.eventdedup.proof;

import io.eventdedup.claim.Claim;
import io.eventdedup.event.Delivery;
import io.eventdedup.event.EventInFlight;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/** A thread that sees one message at a time through the route. */
final class Worker {

    enum Phase {
        IDLE,
        /** Its events are in the route's first split. */
        EVENTS,
        /** Its dead letters are in the second. */
        LETTERS,
        /** It is to be deleted or given back. */
        SETTLE
    }

    /** One event on its way through the block. */
    static final class Run {

        enum Phase {
            /** Claimed, before its step. */
            STEP,
            /** The request of its send is on its way. */
            UNDER_WAY,
            /** The queue has answered, and the answer is on its way. */
            ANSWERED,
            OVER
        }

        final Element element;
        final EventInFlight event;
        Exchange exchange;
        Claim claim;
        Phase phase = Phase.STEP;

        /** Its message goes on without it. */
        boolean detached;

        boolean exchangeOver;
        RuntimeException failure;

        Run(Element element, EventInFlight event, Exchange exchange) {
            this.element = element;
            this.event = event;
            this.exchange = exchange;
        }
    }

    final int number;
    final int process;
    Phase phase = Phase.IDLE;
    Message message;
    int handle;
    Delivery delivery;
    Exchange exchange;
    List<Element> elements = List.of();
    int next;
    boolean cut;
    final List<Run> runs = new ArrayList<>();
    List<org.apache.camel.Message> letters = List.of();
    int nextLetter;

    Worker(int number, int process) {
        this.number = number;
        this.process = process;
    }

    /** The event that its thread is at. */
    Run inline() {
        for (Run run : runs) {
            if (!run.detached && run.phase != Run.Phase.OVER) {
                return run;
            }
        }
        return null;
    }

    boolean isIdle() {
        return phase == Phase.IDLE;
    }

    void drop() {
        phase = Phase.IDLE;
        message = null;
        delivery = null;
        exchange = null;
        elements = List.of();
        next = 0;
        cut = false;
        runs.clear();
        letters = List.of();
        nextLetter = 0;
    }
}
