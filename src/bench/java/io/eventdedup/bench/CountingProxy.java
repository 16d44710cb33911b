package io.eventdedup.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;

/**
 * Stands before a service and counts what it is asked for; can make the service slower, and hold back messages. Each
 * connection has a thread and a connection of its own to the service, so that the cost is little more than the copying.
 */
final class CountingProxy implements AutoCloseable {

    /** What a receive gets. */
    enum Receives {
        /** Nothing, after a moment, without the service being asked. */
        HELD,
        /** What is there; it does not wait for more, so that no receive is left over from one measurement to the next. */
        SHORT,
        /** What the caller asked for. */
        AS_ASKED
    }

    private static final Duration HOLD = Duration.ofMillis(20);
    private static final Set<String> WRITES =
            Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "BatchExecuteStatement");
    private static final Pattern WAIT = Pattern.compile("\"WaitTimeSeconds\":\\d+");

    private final URI target;
    private final RequestCounter counter;
    private final ServerSocket server;
    private volatile Duration latency = Duration.ZERO;

    /** Shared by the receives that are with the service. */
    private final ReadWriteLock receiving = new ReentrantReadWriteLock(true);

    private Receives receives = Receives.AS_ASKED;

    /** Listens on a free port of 127.0.0.1. */
    CountingProxy(URI target, RequestCounter counter) {
        this.target = target;
        this.counter = counter;
        try {
            server = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("proxy-accept", this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Every request takes so much longer. */
    void setLatency(Duration latency) {
        this.latency = latency;
    }

    /**
     * Returns when the receives before have their answers, so that none of them takes messages that are only sent after it.
     */
    void setReceives(Receives receives) {
        receiving.writeLock().lock();
        try {
            this.receives = receives;
        } finally {
            receiving.writeLock().unlock();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                daemon("proxy", () -> serve(client));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket service = new Socket(target.getHost(), target.getPort())) {
            client.setTcpNoDelay(true);
            service.setTcpNoDelay(true);
            InputStream fromClient = new BufferedInputStream(client.getInputStream());
            InputStream fromService = new BufferedInputStream(service.getInputStream());
            Optional<HttpMessage> request = HttpMessage.read(fromClient);
            while (request.isPresent()) {
                HttpMessage response = answer(request.get(), service, fromService);
                response.writeTo(client.getOutputStream());
                request = HttpMessage.read(fromClient);
            }
        } catch (IOException ended) {
            // one side has gone, so the other goes too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpMessage answer(HttpMessage request, Socket service, InputStream fromService)
            throws IOException, InterruptedException {
        String operation = operation(request);
        if (!operation.equals("ReceiveMessage")) {
            return answer(operation, request, service, fromService);
        }
        receiving.readLock().lock();
        try {
            if (receives != Receives.HELD) {
                HttpMessage receive = receives == Receives.SHORT ? withoutWaiting(request) : request;
                return answer(operation, receive, service, fromService);
            }
        } finally {
            receiving.readLock().unlock();
        }
        Thread.sleep(HOLD.toMillis());
        return HttpMessage.json("{}");
    }

    private HttpMessage answer(String operation, HttpMessage request, Socket service, InputStream fromService)
            throws IOException, InterruptedException {
        if (!latency.isZero()) {
            Thread.sleep(latency.toMillis());
        }
        withUnits(operation, request).writeTo(service.getOutputStream());
        HttpMessage response = HttpMessage.read(fromService).orElseThrow(() -> new IOException("no answer"));
        counter.count(operation, request.body(), response.body());
        return response;
    }

    /** DynamoDB is to say how many units it took; DynamoDB Local does not look at signatures. */
    private static HttpMessage withUnits(String operation, HttpMessage request) {
        if (!WRITES.contains(operation)) {
            return request;
        }
        String body = new String(request.body(), StandardCharsets.ISO_8859_1);
        return request.withBody(body.replaceFirst("\\{", "{\"ReturnConsumedCapacity\":\"TOTAL\",")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HttpMessage withoutWaiting(HttpMessage request) {
        String body = new String(request.body(), StandardCharsets.ISO_8859_1);
        return request.withBody(
                WAIT.matcher(body).replaceFirst("\"WaitTimeSeconds\":0").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String operation(HttpMessage request) {
        String target = request.header("X-Amz-Target").orElse("");
        return target.substring(target.lastIndexOf('.') + 1);
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
