package io.eventdedup.proof;

import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.KeyState;
import io.eventdedup.dynamodb.StoreInside;
import io.eventdedup.local.EmbeddedAws;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A queue of ElasticMQ and a table of DynamoDB Local beside the simulated ones: every request goes to both, and their answers have to
 * agree. Their time is the simulated one: a message is hidden for hours, and made visible when it should be; what has expired is
 * deleted when time to live may delete it.
 */
final class Emulators implements Environment, AutoCloseable {

    private static final int HOURS = 40_000;
    private static final int MOST_TRIES = 100;
    private static final long PAUSE_MILLIS = 20;

    private final String name = "proof-" + UUID.randomUUID();
    private final SqsClient sqs;
    private final DynamoDbClient dynamoDb;
    private final ClaimStore real;
    private final String url;
    private final List<String> differences = new ArrayList<>();
    private int compared;
    private boolean answersAll = true;

    Emulators(EmbeddedAws aws, ClaimProtocol protocol) {
        sqs = aws.sqsClient();
        dynamoDb = aws.dynamoDbClient();
        url = sqs.createQueue(create -> create.queueName(name)).queueUrl();
        // without time to live: DynamoDB Local would delete by its own clock
        dynamoDb.createTable(create -> create.tableName(name)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("eventHash")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("eventHash")
                        .keyType(KeyType.HASH)
                        .build())
                .billingMode(BillingMode.PAY_PER_REQUEST));
        real = StoreInside.single(dynamoDb, name, protocol);
    }

    /** The answers that were not the same. They are not thrown, because the shipped classes would take that for an outage. */
    List<String> differences() {
        return differences;
    }

    /** How many answers were compared. */
    int compared() {
        return compared;
    }

    /** False: on a busy machine an emulator did not answer in time, so that the comparison says nothing. */
    boolean answersAll() {
        return answersAll;
    }

    private <T> T same(String request, T simulated, T emulated) {
        compared++;
        if (answersAll && !simulated.equals(emulated)) {
            differences.add(
                    "to " + request + " the simulation answers " + simulated + ", and the emulator " + emulated);
        }
        return simulated;
    }

    @Override
    public ClaimStore store(ClaimStore simulated) {
        return new Both(simulated);
    }

    @Override
    public void rowExpired(String key) {
        dynamoDb.deleteItem(delete -> delete.tableName(name).key(Map.of("eventHash", AttributeValue.fromS(key))));
    }

    @Override
    public SimulatedQueue queue(Clock clock) {
        return new Queue(clock);
    }

    @Override
    public void close() {
        sqs.close();
        dynamoDb.close();
    }

    private final class Queue extends SimulatedQueue {

        private final Clock clock;
        private final Map<Message, Map<Integer, String>> handles = new HashMap<>();
        private final Map<Message, Boolean> hidden = new HashMap<>();

        Queue(Clock clock) {
            super(clock);
            this.clock = clock;
        }

        @Override
        void put(Message message) {
            super.put(message);
            hidden.put(message, false);
            sqs.sendMessage(send -> send.queueUrl(url).messageBody(message.id()));
            compare("send");
        }

        @Override
        int receive(Message message) {
            int handle = super.receive(message);
            List<software.amazon.awssdk.services.sqs.model.Message> received = sqs.receiveMessage(receive ->
                            receive.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(HOURS))
                    .messages();
            for (software.amazon.awssdk.services.sqs.model.Message each : received) {
                if (each.body().equals(message.id())) {
                    handles.computeIfAbsent(message, first -> new HashMap<>()).put(handle, each.receiptHandle());
                } else {
                    change(each.receiptHandle(), 0);
                }
            }
            hidden.put(message, true);
            same(
                    "receive " + message,
                    true,
                    handles.containsKey(message) && handles.get(message).containsKey(handle));
            compare("receive");
            return handle;
        }

        private void change(String handle, int seconds) {
            sqs.changeMessageVisibility(
                    change -> change.queueUrl(url).receiptHandle(handle).visibilityTimeout(seconds));
        }

        @Override
        void changeVisibility(Message message, int handle, Duration visibleIn) {
            super.changeVisibility(message, handle, visibleIn);
            show(message);
        }

        @Override
        void endVisibility(Message message) {
            super.endVisibility(message);
            show(message);
        }

        @Override
        void timePasses(List<Message> messages) {
            messages.forEach(this::show);
            compare("the end of visibility");
        }

        /** Makes it visible if it should be. */
        private void show(Message message) {
            if (message.isVisible(clock.instant()) && hidden.getOrDefault(message, false)) {
                hidden.put(message, false);
                change(handles.get(message).get(message.receives), 0);
            }
        }

        @Override
        boolean delete(Message message, int handle) {
            boolean deletes = super.delete(message, handle);
            // SQS leaves it open what an older handle does; the simulation takes the worse
            if (handle == message.receives) {
                String real = handles.get(message).get(handle);
                sqs.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(real));
            }
            compare("delete");
            return deletes;
        }

        /** The numbers of a queue are approximate: they may come a moment later. */
        private void compare(String request) {
            long all =
                    hidden.keySet().stream().filter(message -> !message.deleted).count();
            long visible = hidden.entrySet().stream()
                    .filter(entry -> !entry.getKey().deleted && !entry.getValue())
                    .count();
            String simulated = visible + " visible, " + (all - visible) + " hidden";
            String emulated = numbers();
            for (int tries = 0; tries < MOST_TRIES && !simulated.equals(emulated); tries++) {
                sleep();
                emulated = numbers();
            }
            same(request, simulated, emulated);
        }

        private String numbers() {
            Map<QueueAttributeName, String> numbers = sqs.getQueueAttributes(get -> get.queueUrl(url)
                            .attributeNames(
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                    .attributes();
            return numbers.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES) + " visible, "
                    + numbers.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE) + " hidden";
        }

        private void sleep() {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final class Both implements ClaimStore {

        private final ClaimStore simulated;

        Both(ClaimStore simulated) {
            this.simulated = simulated;
        }

        private <T> T ask(String request, Function<ClaimStore, T> operation) {
            T answer = operation.apply(simulated);
            try {
                return same(request, answer, operation.apply(real));
            } catch (SdkException unavailable) {
                answersAll = false;
                return answer;
            }
        }

        @Override
        public ClaimWrite insert(ClaimRequest request) {
            return ask("insert " + request.key(), store -> store.insert(request));
        }

        @Override
        public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
            return ask("replace " + request.key(), store -> store.replace(request, found));
        }

        @Override
        public ConfirmResult confirm(ConfirmRequest request) {
            return ask("confirm " + request.key(), store -> store.confirm(request));
        }

        @Override
        public boolean free(FreeRequest request) {
            return ask("free " + request.key(), store -> store.free(request));
        }

        @Override
        public boolean delete(String key, String owner) {
            return ask("delete " + key, store -> store.delete(key, owner));
        }

        @Override
        public boolean renew(RenewRequest request) {
            return ask("renew " + request.key(), store -> store.renew(request));
        }

        @Override
        public Optional<KeyState> read(String key) {
            return ask("read " + key, store -> store.read(key));
        }

        @Override
        public Set<String> done(String group) {
            return ask("done " + group, store -> store.done(group));
        }

        @Override
        public boolean forget(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void clear() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void probe() {
            real.probe();
        }
    }
}
