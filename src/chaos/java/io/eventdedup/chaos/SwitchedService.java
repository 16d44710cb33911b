package io.eventdedup.chaos;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Stands for a service that a step calls. It is unavailable until it is switched on. */
public final class SwitchedService implements Processor {

    private volatile boolean available;

    void switchOn() {
        available = true;
    }

    @Override
    public void process(Exchange exchange) {
        if (!available) {
            throw new IllegalStateException("unavailable");
        }
    }

    /** For predicates: whether this kind of step works now. */
    public boolean works(String kind) {
        return kind.equals("works") || kind.equals("unavailable") && available;
    }
}
