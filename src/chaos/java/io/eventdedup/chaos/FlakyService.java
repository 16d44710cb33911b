package io.eventdedup.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A user's HTTP service that takes events, and can be made unavailable in several ways. */
final class FlakyService implements AutoCloseable {

    /** How it fails. */
    enum Trouble {
        NONE,
        /** Answers 503. */
        ANSWERS_503,
        /** Refuses connections. */
        REFUSES_CONNECTIONS,
        /** Answers too late. */
        HANGS
    }

    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger callsInTrouble = new AtomicInteger();
    private HttpServer server;
    private volatile Trouble trouble = Trouble.NONE;

    FlakyService() throws IOException {
        server = start(0);
        port = server.getAddress().getPort();
    }

    private HttpServer start(int at) throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        started.createContext("/", this::answer);
        started.setExecutor(threads);
        started.start();
        return started;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Trouble now = trouble;
        if (now == Trouble.NONE) {
            taken.add(body);
        } else {
            callsInTrouble.incrementAndGet();
            if (now == Trouble.HANGS) {
                sleep();
            }
        }
        exchange.sendResponseHeaders(now == Trouble.NONE ? 200 : 503, -1);
        exchange.close();
    }

    /** Longer than the route's steps wait for an answer. */
    private static void sleep() {
        try {
            Thread.sleep(3_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As an endpoint of Camel. */
    String uri() {
        return "http://127.0.0.1:" + port + "/events?httpMethod=POST&connectTimeout=1000&responseTimeout=1000"
                + "&httpClientConfigurer=#class:" + NoRepetition.class.getName();
    }

    void becomeUnavailable(Trouble how) {
        trouble = how;
        if (how == Trouble.REFUSES_CONNECTIONS) {
            server.stop(0);
        }
    }

    void becomeAvailable() {
        if (trouble == Trouble.REFUSES_CONNECTIONS) {
            try {
                server = start(port);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        trouble = Trouble.NONE;
    }

    /** The bodies that it took. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** How often it was called while it was unavailable; connections that it refused are not counted. */
    int callsInTrouble() {
        return callsInTrouble.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
