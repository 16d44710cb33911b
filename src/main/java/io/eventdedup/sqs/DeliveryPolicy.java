package io.eventdedup.sqs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.aws2.sqs.Sqs2Constants;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a message that the route did not finish, and carries out what the route's YAML decided.
 *
 * <p>As the route's policy it finds the {@link Delivery} of each exchange when the route begins, and when it ends with an
 * exception makes the message visible again after the time that was asked for; if nobody asked, after a time that grows
 * with each delivery. Success needs nothing here: Camel deletes the message. As a bean it has the methods that the
 * handlers in the YAML call; none of them does I/O, so none can fail on its own.
 */
public final class DeliveryPolicy extends RoutePolicySupport {

    /** Set by the key processor: the text that a dead letter carries. */
    static final String ORIGINAL_BODY_PROPERTY = "dedupOriginalBody";

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPolicy.class);
    private static final int KEY_PREFIX = 8;

    private final Clock clock;
    private final ReturnDelay returnDelay;
    private DedupSqsClient client;
    private Gate gate;

    public DeliveryPolicy() {
        this(Clock.systemUTC(), new ReturnDelay(() -> ThreadLocalRandom.current()
                .nextDouble()));
    }

    DeliveryPolicy(Clock clock, ReturnDelay returnDelay) {
        this.clock = clock;
        this.returnDelay = returnDelay;
    }

    /** The client that received the messages. */
    public void setClient(DedupSqsClient client) {
        this.client = client;
    }

    /** The gate that an outage closes. */
    public void setGate(Gate gate) {
        this.gate = gate;
    }

    /** Checks that the parts are there and connects them. */
    public void init() {
        if (client == null || gate == null) {
            throw new IllegalStateException("The bean of type DeliveryPolicy needs the properties client and gate");
        }
        client.setGate(gate);
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        String receiptHandle = exchange.getIn().getHeader(Sqs2Constants.RECEIPT_HANDLE, String.class);
        client.deliveries().find(receiptHandle).ifPresent(delivery -> {
            client.begin(delivery);
            exchange.setProperty(Delivery.PROPERTY, delivery);
        });
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Delivery delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        if (delivery == null) {
            return;
        }
        client.end();
        if (exchange.getException() == null) {
            gate.worked();
        } else {
            client.giveBack(
                    delivery, delivery.returnAfter().orElseGet(() -> returnDelay.failure(delivery.receiveCount())));
        }
    }

    @Override
    public void onStop(Route route) {
        client.finish();
    }

    /** The event's key is in work elsewhere: back soon, at most when that claim's lease is over. No log line above DEBUG. */
    public void inProgress(Exchange exchange, Duration restOfLease) {
        Delivery delivery = delivery(exchange);
        delivery.returnAfter(returnDelay.inProgress(delivery.receiveCount(), restOfLease));
    }

    /** A service is away: polling stops, and the message goes back. One log line for the change, none for the message. */
    public void outage(Exchange exchange) {
        Delivery delivery = delivery(exchange);
        delivery.returnAfter(returnDelay.outage(delivery.receiveCount()));
        gate.close(cause(exchange));
    }

    /** A step of the route failed: back, later with each delivery. */
    public void failed(Exchange exchange) {
        Delivery delivery = delivery(exchange);
        Duration wait = returnDelay.failure(delivery.receiveCount());
        delivery.returnAfter(wait);
        LOG.warn(
                "Message {} (key {}) failed at delivery {}, back in {} s: {}",
                delivery.messageId(),
                keyPrefix(exchange),
                delivery.receiveCount(),
                wait.toSeconds(),
                DeadLetter.describe(cause(exchange)));
    }

    /** The event goes to the dead-letter queue once the other events of its message are settled. */
    public void deadLetter(Exchange exchange, String reason) {
        Delivery delivery = delivery(exchange);
        delivery.add(new DeadLetter(
                exchange.getProperty(ORIGINAL_BODY_PROPERTY, String.class),
                reason,
                DeadLetter.describe(cause(exchange)),
                exchange.getProperty(DeadLetter.KEY, String.class),
                Outcome.rule(exchange),
                delivery.messageId(),
                delivery.receiveCount(),
                clock.instant()));
        Outcome.awaitsDeadLetter(exchange);
        LOG.warn(
                "Message {} (key {}) to the dead-letter queue, {}: {}",
                delivery.messageId(),
                keyPrefix(exchange),
                reason,
                DeadLetter.describe(cause(exchange)));
    }

    /** The dead letters of the message, in the order in which its events failed. */
    public List<DeadLetter> deadLetters(Exchange exchange) {
        return delivery(exchange).deadLetters();
    }

    private static Delivery delivery(Exchange exchange) {
        Delivery delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        if (delivery == null) {
            throw new IllegalStateException(
                    "No delivery on this exchange: the route needs the option routePolicy with the "
                            + "bean of type DeliveryPolicy, and its endpoints the client of type DedupSqsClient");
        }
        return delivery;
    }

    private static Throwable cause(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }

    private static String keyPrefix(Exchange exchange) {
        String key = exchange.getProperty(DeadLetter.KEY, String.class);
        return key == null ? "none" : key.substring(0, Math.min(KEY_PREFIX, key.length()));
    }
}
