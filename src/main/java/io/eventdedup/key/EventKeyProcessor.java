package io.eventdedup.key;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * The route step that computes the key of each event. The incoming body is an event from {@link EventSplitter#split}, or a text
 * that contains exactly one event; the outgoing body is the event's text. The key and its details become exchange properties,
 * named by the constants here.
 *
 * <p>As a bean in a YAML route it has the properties {@link #setKeys keys}, {@link #setWindow window} and
 * {@link #setReplays replays}. Add {@code initMethod: init}, so that an invalid rule file prevents the start.
 */
public final class EventKeyProcessor implements Processor {

    /** The key, 64 lower-case hex digits (String). */
    public static final String KEY = "dedupKey";

    /** How long to remember the key (Duration). */
    public static final String WINDOW = "dedupWindow";

    /** The FIFO message group (String). */
    public static final String GROUP = "dedupGroup";

    /** The glob of the rule that matched (String); at most as many values as there are rules. */
    public static final String RULE = "dedupRule";

    /** The event's detail-type (String). */
    public static final String EVENT_TYPE = "dedupEventType";

    /** True if the fallback key is used because a required part was missing; else absent (Boolean). */
    public static final String KEY_FALLBACK = "dedupKeyFallback";

    private final EventSplitter splitter = new EventSplitter();
    private String keys = "";
    private Duration window = Duration.ofMinutes(5);
    private Replays replays = Replays.DROP;
    private volatile KeyRules rules;

    /** Configure it with the setters, then call {@link #init}. */
    public EventKeyProcessor() {}

    public EventKeyProcessor(KeyRules rules) {
        this.rules = rules;
    }

    /** The location of the rule file, as in {@link KeyRules#load(String, Duration)}; empty for the default location. */
    public void setKeys(String keys) {
        this.keys = keys;
    }

    /**
     * The window of rules that do not set one, as in {@link Durations#parse}.
     *
     * @throws IllegalArgumentException if it is not a duration
     */
    public void setWindow(String window) {
        this.window = Durations.parse(window);
    }

    /**
     * How to treat events from an EventBridge archive replay, as in {@link Replays#parse}: {@code drop}, the default, or
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
     * Reloads the rules. Events in progress keep the rules that they began with. If this throws, the previous rules stay in
     * force.
     *
     * @param check throws to reject the rules
     * @throws KeyRulesException if the rule file cannot be used
     */
    public void reload(Consumer<KeyRules> check) {
        KeyRules loaded = KeyRules.load(KeyRules.location(keys), window).withReplays(replays);
        check.accept(loaded);
        rules = loaded;
    }

    /** Calls {@link #identify}. */
    @Override
    public void process(Exchange exchange) {
        identify(exchange);
    }

    /**
     * Computes the key and sets the body and the properties.
     *
     * @return the event and its key
     * @throws UnusableEventException if the event can never be processed; the body is set even then
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
