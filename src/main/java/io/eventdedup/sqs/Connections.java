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
 * The clients with which the endpoints of a component call SQS: one for all, except for endpoints that name another. Each is created at
 * its first use, because an application may configure its clients late.
 */
final class Connections implements AutoCloseable {

    private final DedupSqsComponent component;

    /** The clients that endpoints name, by queue. */
    private final Map<QueueName, SqsClient> named = new ConcurrentHashMap<>();

    /** By the client that an endpoint names; for the component's client, the key is the component. */
    private final Map<Object, Connection> connections = new IdentityHashMap<>();

    /** For pairs of queue names that SQS was asked about: whether they name the same queue. */
    private final Map<List<QueueName>, Boolean> known = new ConcurrentHashMap<>();

    private record Connection(SqsCalls calls, Sends sends) {}

    Connections(DedupSqsComponent component) {
        this.component = component;
    }

    /** Calls about this queue use this client; if it is null, the component's. */
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

    /** The sends to a queue; throws as {@link #calls} does. */
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
     * Whether two names mean the same queue.
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

    /** With the client of another account, the same name means another queue. */
    private boolean isCertain(QueueName one, QueueName other) {
        return one.equals(other)
                || one.isCertainly(other) && (one.identity().isComplete() || calls(one) == calls(other));
    }

    /**
     * Whether a message that is sent to one of the queues arrives in the other: they are the same queue, or SQS says so. (An emulator may
     * treat all accounts as one.)
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
            // the attributes of another account's queue may not be readable
            return calls.identity(queue);
        }
    }

    /** Closes the clients that were built here, and no others. */
    @Override
    public synchronized void close() {
        Collection<Connection> all = connections.values();
        all.forEach(connection -> connection.calls().close());
        connections.clear();
        known.clear();
    }
}
