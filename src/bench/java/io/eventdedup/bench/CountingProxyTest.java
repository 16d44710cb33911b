package io.eventdedup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.eventdedup.bench.CountingProxy.Receives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CountingProxyTest {

    private static final String ANSWER = "{\"Messages\":[{\"ReceiptHandle\":\"1\"}]}";

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final RequestCounter counter = new RequestCounter();
    private HttpServer service;
    private CountingProxy proxy;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        service.createContext("/", exchange -> {
            asked.countDown();
            await().until(() -> mayAnswer.getCount() == 0);
            byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        proxy = new CountingProxy(
                URI.create("http://127.0.0.1:" + service.getAddress().getPort()), counter);
    }

    @AfterEach
    void stop() throws IOException {
        mayAnswer.countDown();
        proxy.close();
        service.stop(0);
    }

    @Test
    void aReceiveIsPassedOnAndCounted() throws Exception {
        mayAnswer.countDown();

        assertThat(receive().get()).isEqualTo(ANSWER);
        assertThat(counter.counts().of("ReceiveMessage")).isEqualTo(1);
    }

    @Test
    void aReceiveThatIsHeldGetsNothing() throws Exception {
        proxy.setReceives(Receives.HELD);

        assertThat(receive().get()).isEqualTo("{}");
        assertThat(asked.getCount()).isEqualTo(1);
    }

    @Test
    void receivesAreHeldOnceThoseBeforeHaveTheirAnswers() throws Exception {
        CompletableFuture<String> before = receive();
        asked.await();
        Thread holder = new Thread(() -> proxy.setReceives(Receives.HELD), "holder");
        holder.start();
        await().until(() -> holder.getState() == Thread.State.WAITING);

        mayAnswer.countDown();

        holder.join();
        assertThat(before.get()).isEqualTo(ANSWER);
        assertThat(counter.counts().of("ReceiveMessage")).isEqualTo(1);
    }

    private CompletableFuture<String> receive() {
        HttpRequest request = HttpRequest.newBuilder(proxy.endpoint())
                .header("X-Amz-Target", "AmazonSQS.ReceiveMessage")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }
}
