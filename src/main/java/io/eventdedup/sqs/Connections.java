package io.eventdedup.sqs;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * What the endpoints of a component call SQS with: one client for all, but for those that name another. Made when first asked
 * for, since an application's clients may be configured late.
 */
final class Connections implements AutoCloseable {

    private final DedupSqsComponent component;

    /** The clients that endpoints name, by their queues. */
    private final Map<QueueName, SqsClient> named = new ConcurrentHashMap<>();

    /** By the client that is named for them; the component's own under the component itself. */
    private final Map<Object, Connection> connections = new IdentityHashMap<>();

    /** Pairs of queues that SQS was asked about. */
    private final Map<List<QueueName>, Boolean> known = new ConcurrentHashMap<>();

    private record Connection(SqsCalls calls, Sends sends) {}

    Connections(DedupSqsComponent component) {
        this.component = component;
    }

    /** Lets calls about a queue use this client; null: the component's. */
    void use(SqsClient client, QueueName queue) {
        if (client != null) {
            named.put(queue, client);
        }
    }

    boolean hasNamedClients() {
        return !named.isEmpty();
    }

    /**
     * The calls about a queue.
     *
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws SdkException if there is no region
     */
    SqsCalls calls(QueueName queue) {
        return connection(queue).calls();
    }

    /** The same for sends. */
    Sends sends(QueueName queue) {
        return connection(queue).sends();
    }

    private synchronized Connection connection(QueueName queue) {
        SqsClient client = named.get(queue);
        Object key = client == null ? component : client;
        Connection connection = connections.get(key);
        if (connection == null) {
            SqsCalls calls = SqsCalls.find(
                    client == null ? component.getAmazonSQSClient() : client,
                    component.getCamelContext(),
                    component.getLease());
            connection = new Connection(calls, new Sends(calls, component.mergeGroup()));
            connections.put(key, connection);
        }
        return connection;
    }

    /**
     * Whether two names are those of one queue.
     *
     * @throws SendFailedException if SQS has to be asked and does not answer
     */
    boolean areOne(QueueName one, QueueName other) {
        if (isCertain(one, other)) {
            return true;
        }
        if (!one.identity().mayBe(other.identity())) {
            return false;
        }
        List<QueueName> pair = List.of(one, other);
        Boolean same = known.get(pair);
        if (same == null) {
            same = identity(one).mayBe(identity(other));
            known.put(pair, same);
        }
        return same;
    }

    private QueueIdentity identity(QueueName queue) {
        try {
            return calls(queue).identity(queue);
        } catch (SdkException failure) {
            throw new SendFailedException(queue, failure, true, "");
        }
    }

    /** A name means another queue with the client of another account. */
    private boolean isCertain(QueueName one, QueueName other) {
        return one.isCertainly(other) && (one.identity().isComplete() || calls(one) == calls(other));
    }

    /**
     * Whether what is sent to the one queue arrives in the other: they are the same, or SQS says so, as an emulator does that
     * takes any account for its own.
     *
     * @throws SdkException if SQS has to be asked and does not answer
     */
    boolean arriveInOne(QueueName input, QueueName other) {
        if (!input.name().equals(other.name())) {
            return false;
        }
        if (isCertain(input, other)) {
            return true;
        }
        try {
            return asked(input).mayBe(asked(other));
        } catch (QueueDoesNotExistException missing) {
            return false;
        }
    }

    private QueueIdentity asked(QueueName queue) {
        SqsCalls calls = calls(queue);
        try {
            return calls.asked(queue);
        } catch (QueueDoesNotExistException missing) {
            throw missing;
        } catch (SqsException refused) {
            // of a queue of another account this need not be allowed
            return calls.identity(queue);
        }
    }

    /** Closes the clients that were built here. */
    @Override
    public synchronized void close() {
        Collection<Connection> all = connections.values();
        all.forEach(connection -> connection.calls().close());
        connections.clear();
        known.clear();
    }
}
