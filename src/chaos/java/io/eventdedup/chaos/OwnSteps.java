package io.eventdedup.chaos;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A working directory whose route has steps of a user's own: the event in parts, each of which asks an HTTP server, and a hand-over
 * to another thread, which sends it. The components come from {@code lib/}.
 */
final class OwnSteps implements AutoCloseable {

    private static final List<String> COMPONENTS =
            List.of("camel-seda", "camel-http", "camel-attachments", "httpclient5", "httpcore5", "jakarta.servlet-api");

    private final HttpServer server;
    private final AtomicLong asked;

    private OwnSteps(HttpServer server, AtomicLong asked) {
        this.server = server;
        this.asked = asked;
    }

    /** How often the server was asked. */
    long asked() {
        return asked.get();
    }

    static OwnSteps in(Path directory) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        AtomicLong asked = new AtomicLong();
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        Path lib = Files.createDirectories(directory.resolve("lib"));
        for (Path jar : jars()) {
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Path routes = Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("dedup.camel.yaml"),
                Files.readString(Path.of("routes/dedup.camel.yaml")).replace("""
                                            - to:
                                                uri: dedup-sqs:{{dedup.output-queue}}
                        """, """
                                            - split:
                                                tokenize: {token: ","}
                                                steps:
                                                  - to: {uri: "%s"}
                                            - to: {uri: "seda:sending?concurrentConsumers=4"}
                        """.formatted(url)));
        Files.writeString(routes.resolve("sending.camel.yaml"), """
                - route:
                    id: sending
                    routeConfigurationId: dedup
                    from:
                      uri: seda:sending?concurrentConsumers=4
                      steps:
                        - to: {uri: "dedup-sqs:{{dedup.output-queue}}"}
                """);
        return new OwnSteps(server, asked);
    }

    /** Those on the class path of the tests that the packaged process does not have. */
    private static List<Path> jars() {
        Path packaged = Path.of(System.getProperty("jar.file")).resolveSibling("lib");
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(file -> COMPONENTS.stream()
                        .anyMatch(name -> file.getFileName().toString().startsWith(name)))
                .filter(file -> !Files.exists(packaged.resolve(file.getFileName())))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
