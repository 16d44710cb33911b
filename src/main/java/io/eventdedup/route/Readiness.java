package io.eventdedup.route;

import io.eventdedup.sqs.Gate;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The readiness of the process in {@code /observe/health}: down while the gate is closed. Liveness stays up, since a
 * restart does not bring a service back.
 */
public final class Readiness extends AbstractHealthCheck {

    private Gate gate;

    public Readiness() {
        super("event-dedup", "gate");
    }

    public void setGate(Gate gate) {
        this.gate = gate;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (gate.isClosed()) {
            builder.message("Polling is stopped until DynamoDB and the queues answer")
                    .down();
        } else {
            builder.up();
        }
    }
}
