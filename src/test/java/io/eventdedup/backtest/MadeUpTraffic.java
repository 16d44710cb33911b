package io.eventdedup.backtest;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Traffic as a contact centre makes it, with copies of every kind and with look-alikes that are no copies. The rules in
 * {@code planted.yaml} treat some of it wrongly, in seven ways.
 */
final class MadeUpTraffic {

    private record Event(Instant published, String text) {}

    private final Random random;
    private final List<Event> events = new ArrayList<>();

    private MadeUpTraffic(long seed) {
        this.random = new Random(seed);
    }

    /** Writes a recording of about so many events: {@code COUNT FILE}, compressed if its name ends in .gz. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        try (BufferedWriter out = new BufferedWriter(new OutputStreamWriter(
                file.toString().endsWith(".gz")
                        ? new GZIPOutputStream(Files.newOutputStream(file))
                        : Files.newOutputStream(file),
                StandardCharsets.UTF_8))) {
            write(Integer.parseInt(arguments[0]), line -> {
                try {
                    out.write(line);
                    out.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** So many events or a few more, in the order in which they come. */
    static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        write(count, lines::add);
        return lines;
    }

    /** Day by day, so that a million need little memory. */
    private static void write(int count, Consumer<String> out) {
        Instant start = Instant.parse("2026-03-02T08:00:00Z");
        MadeUpTraffic traffic = new MadeUpTraffic(17);
        int written = 0;
        int perHour = Math.max(400, count / 120);
        for (Instant hour = start; written < count; hour = hour.plus(1, ChronoUnit.HOURS)) {
            int before = traffic.events.size();
            while (traffic.events.size() < before + perHour && written + traffic.events.size() < count + 60) {
                traffic.happen(hour.plusMillis(traffic.random.nextInt(3_600_000)));
            }
            // what is published again comes hours later
            Instant end = written + traffic.events.size() >= count ? Instant.MAX : hour;
            traffic.events.sort(Comparator.comparing(Event::published));
            List<Event> due = traffic.events.stream()
                    .filter(event -> event.published.isBefore(end))
                    .toList();
            due.forEach(event -> out.accept(event.text));
            written += due.size();
            traffic.events.subList(0, due.size()).clear();
        }
    }

    private void happen(Instant time) {
        switch (random.nextInt(13)) {
            case 0 -> routingStatus(time);
            case 1 -> outcomes(time);
            case 2 -> orders(time);
            case 3 -> acw(time);
            case 4 -> tickets(time);
            case 5 -> routingUpdate(time);
            case 6 -> evaluation(time);
            case 7 -> customerStart(time);
            case 8 -> presence(time);
            case 9 -> observations(time);
            case 10 -> heartbeats(time);
            case 11 -> contact(time);
            default -> snapshots(time);
        }
    }

    /** IDLE, INTERACTING, IDLE: three events, since startTime differs. */
    private void routingStatus(Instant time) {
        String user = id();
        for (String status : new String[] {"IDLE", "INTERACTING", "IDLE"}) {
            time = time.plusSeconds(20 + random.nextInt(60));
            String body = "{\"id\":\"" + user + "\",\"routingStatus\":{\"status\":\"" + status + "\",\"startTime\":\""
                    + time + "\"}}";
            genesys("v2.users.{id}.routingStatus", user, body, time);
        }
    }

    private void outcomes(Instant time) {
        String conversation = id();
        String session = id();
        for (int i = 0; i < 2; i++) {
            genesys(
                    "v2.detail.events.conversation.{id}.flow.outcome",
                    conversation,
                    session(
                            conversation,
                            session,
                            time,
                            ",\"flowOutcomeId\":\"" + id() + "\",\"flowOutcomeValue\":\""
                                    + (i == 0 ? "SUCCESS" : "FAILURE") + "\""),
                    time);
        }
    }

    private void orders(Instant time) {
        String order = id();
        for (String state : new String[] {"NEW", "PAID"}) {
            time = time.plusSeconds(30 + random.nextInt(60));
            copied(other("order.changed", "\"orderId\":\"" + order + "\",\"state\":\"" + state + "\"", time), time);
        }
    }

    /** After-call work, now and then published again by Genesys with a new timestamp. */
    private void acw(Instant time) {
        String conversation = id();
        String body = session(conversation, id(), time, ",\"wrapupCode\":\"Solved\"");
        genesys("v2.detail.events.conversation.{id}.acw", conversation, body, time);
        if (random.nextInt(4) == 0) {
            Instant again = time.plusSeconds(60 + random.nextInt(3600));
            genesys("v2.detail.events.conversation.{id}.acw", conversation, body, again);
        }
    }

    private void tickets(Instant time) {
        String ticket = "\"ticket\":{\"number\":\"T-" + random.nextInt(1 << 30) + "\",\"subject\":\"Billing <b>\"}";
        other("ticket.created", "\"event-id\":\"" + id() + "\"," + ticket, time);
        if (random.nextInt(3) == 0) {
            other(
                    "ticket.created",
                    "\"event-id\":\"" + id() + "\"," + ticket,
                    time.plusSeconds(1 + random.nextInt(90)));
        }
    }

    /** The Lambda's type: copies differ by some milliseconds. A state that comes again is another event. */
    private void routingUpdate(Instant time) {
        String interaction = id();
        for (String state : new String[] {"alerting", "connected", "alerting"}) {
            time = time.plusSeconds(15 + random.nextInt(60)).truncatedTo(ChronoUnit.SECONDS);
            String fields = "\"interaction-id\":\"" + interaction + "\",\"state\":\"" + state + "\",\"timestamp\":\"";
            other("interaction.routing.update", fields + time.plusMillis(10) + "\"", time);
            if (random.nextInt(4) == 0) {
                Instant copy = time.plusMillis(20 + random.nextInt(400));
                other("interaction.routing.update", fields + copy + "\"", time.plusSeconds(1));
            }
        }
    }

    private void evaluation(Instant time) {
        String evaluation = id();
        String body =
                "{\"id\":\"" + evaluation + "\",\"status\":\"Finished\",\"version\":3,\"eventTime\":\"" + time + "\"}";
        genesys("v2.quality.evaluations", evaluation, body, time);
        if (random.nextInt(3) == 0) {
            genesys("v2.quality.evaluations", evaluation, body, time.plusSeconds(3600 + random.nextInt(6 * 3600)));
        }
    }

    private void customerStart(Instant time) {
        String conversation = id();
        String body = session(conversation, id(), time, ",\"ani\":\"tel:+4930" + random.nextInt(1 << 24) + "\"");
        String event = genesys("v2.detail.events.conversation.{id}.customer.start", conversation, body, time);
        copied(event, time);
        if (random.nextInt(10) == 0) {
            genesys(
                    "v2.detail.events.conversation.{id}.customer.start",
                    conversation,
                    body,
                    time.plusSeconds(random.nextInt(36_000)));
        }
        if (random.nextInt(20) == 0) {
            add(time.plusSeconds(7200), "{\"replay-name\":\"after-a-fix\"," + event.substring(1));
        }
    }

    private void presence(Instant time) {
        String user = id();
        for (String presence : new String[] {"AVAILABLE", "BUSY", "AVAILABLE"}) {
            time = time.plusSeconds(20 + random.nextInt(100));
            String body = "{\"source\":\"PURECLOUD\",\"presenceDefinition\":{\"id\":\"" + presence
                    + "\",\"systemPresence\":\"" + presence + "\"},\"modifiedDate\":\"" + time + "\"}";
            copied(genesys("v2.users.{id}.presence", user, body, time), time);
        }
    }

    /** 2, 3, 2, 2 waiting: four events that have no time of their own. */
    private void observations(Instant time) {
        String queue = id();
        for (int waiting : new int[] {2, 3, 2, 2}) {
            time = time.plusSeconds(3);
            genesys(
                    "v2.analytics.queues.{id}.observations",
                    queue,
                    "{\"group\":{\"queueId\":\"" + queue + "\"},\"data\":[{\"metric\":\"oWaiting\",\"count\":" + waiting
                            + "}]}",
                    time);
        }
    }

    /** A sign of life every second, equal but for its timestamp. */
    private void heartbeats(Instant time) {
        String device = id();
        for (int i = 0; i < 8; i++) {
            time = time.plusSeconds(1);
            other(
                    "device.alive",
                    "\"deviceId\":\"" + device + "\",\"status\":\"ok\",\"timestamp\":\"" + time + "\"",
                    time);
        }
    }

    private void contact(Instant time) {
        String fields = "\"interaction-id\":\"" + id() + "\",\"state\":\"completed\",\"event-id\":\"";
        other("interaction.analytics.contact", fields + id() + "\",\"timestamp\":\"" + time + "\"", time);
        if (random.nextInt(4) == 0) {
            Instant copy = time.plusMillis(random.nextInt(900));
            other(
                    "interaction.analytics.contact",
                    fields + id() + "\",\"timestamp\":\"" + copy + "\"",
                    copy.plusSeconds(2));
        }
    }

    /** On hold, back, on hold: its times are those of a part, and say nothing. */
    private void snapshots(Instant time) {
        String conversation = id();
        Instant connected = time;
        for (boolean held : new boolean[] {true, false, true}) {
            time = time.plusSeconds(5 + random.nextInt(30));
            genesys(
                    "v2.users.{id}.conversations.calls",
                    id(),
                    "{\"id\":\"" + conversation + "\",\"participants\":[{\"connectedTime\":\"" + connected
                            + "\",\"held\":" + held + "}]}",
                    time);
        }
    }

    private static String session(String conversation, String session, Instant time, String more) {
        return "{\"eventTime\":" + time.toEpochMilli() + ",\"conversationId\":\"" + conversation
                + "\",\"participantId\":\""
                + session.replace('0', '1') + "\",\"sessionId\":\"" + session
                + "\",\"mediaType\":\"VOICE\",\"provider\":\"Edge\",\"direction\":\"INBOUND\",\"queueId\":\"q-1\""
                + more + "}";
    }

    private String genesys(String type, String subject, String body, Instant published) {
        Instant timestamp = published.plusMillis(random.nextInt(1000));
        return add(
                published,
                envelope(type, published)
                        + "{\"topicName\":\"" + type.replace("{id}", subject) + "\",\"version\":\"2\",\"eventBody\":"
                        + body
                        + ",\"metadata\":{\"CorrelationId\":\"" + id() + "\"},\"timestamp\":\"" + timestamp + "\"}}");
    }

    private String other(String type, String fields, Instant published) {
        return add(published, envelope(type, published) + "{" + fields + "}}");
    }

    private String envelope(String type, Instant time) {
        return "{\"version\":\"0\",\"id\":\"" + id() + "\",\"detail-type\":\"" + type
                + "\",\"source\":\"aws.partner/genesys.com/cloud/org/events\",\"account\":\"111122223333\",\"time\":\""
                + time.truncatedTo(ChronoUnit.SECONDS) + "\",\"region\":\"eu-central-1\",\"detail\":";
    }

    private String add(Instant published, String text) {
        events.add(new Event(published, text));
        return text;
    }

    /** Now and then SQS delivers again: nothing differs. */
    private void copied(String event, Instant time) {
        if (random.nextInt(8) == 0) {
            add(time.plus(Duration.ofSeconds(1 + random.nextInt(40))), event);
        }
    }

    private String id() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** The seven mistakes that {@code planted.yaml} makes, as {@code what type}. */
    static List<String> planted() {
        return List.of(
                "coarse v2.users.{id}.routingStatus",
                "coarse v2.detail.events.conversation.{id}.flow.outcome",
                "coarse order.changed",
                "fine v2.detail.events.conversation.{id}.acw",
                "fine ticket.created",
                "fine interaction.routing.update",
                "window v2.quality.evaluations");
    }

    /** What a backtest suspects, in the same words. */
    static List<String> suspected(Backtest backtest) {
        List<String> suspected = new ArrayList<>();
        for (RuleStats rule : backtest.stats()) {
            rule.coarse().forEach(suspicion -> suspected.add("coarse " + suspicion.type()));
            rule.fine().forEach(suspicion -> suspected.add("fine " + suspicion.type()));
            rule.shortWindow().forEach(suspicion -> suspected.add("window " + suspicion.type()));
        }
        return suspected;
    }

    /** The rules that the backtest suggests, one after the other. */
    static String suggested(Backtest backtest) {
        return backtest.stats().stream()
                .flatMap(rule -> Stream.of(
                                rule.coarse().stream().map(Suspicion::finerRule),
                                rule.fine().stream().map(Suspicion::coarserRule),
                                rule.shortWindow().stream().map(Suspicion::longerRule))
                        .flatMap(drafts -> drafts))
                .map(draft -> draft.yaml() + "\n")
                .collect(Collectors.joining());
    }
}
