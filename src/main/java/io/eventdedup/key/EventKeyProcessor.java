package io.eventdedup.key;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * The step of a route that gives each event its key. The body before it is one of the events that
 * {@link EventSplitter#split} finds, or a text that holds just one; after it, the event's own text. What is known of the
 * event goes into exchange properties, named by the constants here.
 *
 * <p>As a bean of a YAML route, {@link #setKeys keys}, {@link #setWindow window} and {@link #setReplays replays} are its
 * properties and
 * {@code initMethod: init} is needed, so that a wrong rule file stops the start.
 */
public final class EventKeyProcessor implements Processor {

    /** The key, 64 lower-case hex digits (String). */
    public static final String KEY = "dedupKey";

    /** How long the key is to be remembered (Duration). */
    public static final String WINDOW = "dedupWindow";

    /** The FIFO message group (String). */
    public static final String GROUP = "dedupGroup";

    /** The glob of the rule that matched (String); as many different ones as there are rules. */
    public static final String RULE = "dedupRule";

    /** The event's detail-type (String). */
    public static final String EVENT_TYPE = "dedupEventType";

    /** True when a part of the rule's key was missing, else absent (Boolean). */
    public static final String KEY_FALLBACK = "dedupKeyFallback";

    private final EventSplitter splitter = new EventSplitter();
    private String keys = "";
    private Duration window = Duration.ofMinutes(5);
    private Replays replays = Replays.DROP;
    private volatile KeyRules rules;

    /** To be configured, then started with {@link #init}. */
    public EventKeyProcessor() {}

    public EventKeyProcessor(KeyRules rules) {
        this.rules = rules;
    }

    /** Where the rule file is, as {@link KeyRules#load(String, Duration)} takes it; empty for the default place. */
    public void setKeys(String keys) {
        this.keys = keys;
    }

    /**
     * The window of rules that name none, as {@link Durations#parse} takes it.
     *
     * @throws IllegalArgumentException if it is no duration
     */
    public void setWindow(String window) {
        this.window = Durations.parse(window);
    }

    /**
     * What an EventBridge archive replay counts as, as {@link Replays#parse} takes it: {@code drop}, the default, or
     * {@code pass}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public void setReplays(String replays) {
        this.replays = Replays.parse(replays);
    }

    /**
     * Loads the rules.
     *
     * @throws KeyRulesException if the rule file cannot be used
     */
    public void init() {
        reload(loaded -> {});
    }

    /**
     * Loads the rules anew. Events in progress keep the rules that they began with.
     *
     * @param check throws if the rules are not to be used; then those loaded before stay in force
     * @throws KeyRulesException if the rule file cannot be used; then, too, the rules loaded before stay in force
     */
    public void reload(Consumer<KeyRules> check) {
        KeyRules loaded = KeyRules.load(KeyRules.location(keys), window).withReplays(replays);
        check.accept(loaded);
        rules = loaded;
    }

    /** As {@link #identify}. */
    @Override
    public void process(Exchange exchange) {
        identify(exchange);
    }

    /**
     * Sets the body and the properties.
     *
     * @return the event, which the body was or held, with its key
     * @throws UnusableEventException if the event can never be processed; the body is set
     */
    public KeyedEvent identify(Exchange exchange) {
        Message message = exchange.getMessage();
        IncomingEvent incoming = incoming(message);
        message.setBody(incoming.text());
        if (incoming instanceof UnusableEvent unusable) {
            throw new UnusableEventException(unusable.reason(), unusable.message());
        }
        UsableEvent event = (UsableEvent) incoming;
        EventKey key = rules().keyOf(event);
        exchange.setProperty(KEY, key.hash());
        exchange.setProperty(WINDOW, key.window());
        exchange.setProperty(GROUP, key.group());
        exchange.setProperty(RULE, key.rule());
        exchange.setProperty(EVENT_TYPE, key.eventType());
        if (key.fallback()) {
            exchange.setProperty(KEY_FALLBACK, true);
        }
        return new KeyedEvent(event, key);
    }

    /** An event and its key. */
    public record KeyedEvent(UsableEvent event, EventKey key) {}

    private IncomingEvent incoming(Message message) {
        if (message.getBody() instanceof IncomingEvent incoming) {
            return incoming;
        }
        List<IncomingEvent> events = splitter.split(message.getBody(String.class));
        if (events.size() != 1) {
            throw new IllegalArgumentException(
                    "the message holds " + events.size() + " events; split it with EventSplitter before this step");
        }
        return events.get(0);
    }

    /** The rules in force. */
    public KeyRules rules() {
        if (rules == null) {
            throw new IllegalStateException("no rules are loaded; add 'initMethod: init' to the bean");
        }
        return rules;
    }
}
