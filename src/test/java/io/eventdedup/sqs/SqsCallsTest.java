package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.aws.FoundClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Where calls go, and how often. No other test may set the SDK's endpoints meanwhile. */
@Isolated
class SqsCallsTest {

    private static final String ENDPOINT = "aws.endpointUrlSqs";

    private final String endpointOfOthers = System.clearProperty(ENDPOINT);

    @AfterEach
    void restoreTheEndpoint() {
        if (endpointOfOthers != null) {
            System.setProperty(ENDPOINT, endpointOfOthers);
        }
    }

    private static final Pattern REGION_OF_THE_SIGNATURE = Pattern.compile("Credential=[^/]+/\\d+/([^/]+)/sqs");

    private final Wire wire = new Wire();

    @ParameterizedTest
    @CsvSource({
        "Events, sqs.eu-central-1.amazonaws.com, eu-central-1",
        "arn:aws:sqs:eu-central-1:123456789012:Events, sqs.eu-central-1.amazonaws.com, eu-central-1",
        "arn:aws:sqs:eu-west-1:123456789012:Events, sqs.eu-west-1.amazonaws.com, eu-west-1",
        "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:Events, sqs.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "arn:aws-cn:sqs:cn-north-1:123456789012:Events, sqs.cn-north-1.amazonaws.com.cn, cn-north-1",
        "https://sqs.us-east-1.amazonaws.com/123456789012/Events, sqs.us-east-1.amazonaws.com, us-east-1",
        "https://queue.amazonaws.com/123456789012/Events, sqs.us-east-1.amazonaws.com, us-east-1",
        "https://vpce-1.sqs.us-east-1.vpce.amazonaws.com/123456789012/Events, sqs.us-east-1.amazonaws.com, us-east-1",
    })
    void aQueueIsCalledInTheRegionThatItsNameSays(String text, String host, String region) {
        QueueName queue = QueueName.parse(text);
        try (SqsCalls calls = calls(client())) {
            calls.receive(queue, 10, List.of(), List.of(), Duration.ofSeconds(30), Duration.ZERO);
            calls.sendOnce(queue, List.of(entry()));
            calls.delete(queue, List.of("handle"));
            calls.changeVisibility(queue, List.of(new SqsCalls.VisibilityChange("handle", Duration.ZERO)));
            calls.probeSending(queue);
            calls.asked(queue);
        }

        assertThat(wire.requests)
                .hasSizeGreaterThan(6)
                .allMatch(request -> request.host().equals(host))
                .allMatch(request -> regionOfTheSignature(request).equals(region));
    }

    @Test
    void aCustomEndpointIsKeptAndSignedForTheRegion() {
        SqsClient emulator =
                builder().endpointOverride(URI.create("http://127.0.0.1:9324")).build();
        try (SqsCalls calls = calls(emulator)) {
            calls.sendOnce(QueueName.parse("arn:aws:sqs:eu-west-1:123456789012:Events"), List.of(entry()));
        }

        assertThat(wire.requests)
                .isNotEmpty()
                .allMatch(request -> request.host().equals("127.0.0.1"))
                .allMatch(request -> regionOfTheSignature(request).equals("eu-west-1"));
    }

    @Test
    void aSendIsMadeOnceWhateverTheClientRepeats() {
        QueueName queue = QueueName.parse("https://sqs.eu-central-1.amazonaws.com/123456789012/Events");
        wire.broken = true;
        try (SqsCalls calls = calls(client())) {
            assertThatThrownBy(() -> calls.sendOnce(queue, List.of(entry()))).isInstanceOf(SdkClientException.class);
            assertThat(wire.requests).hasSize(1);

            assertThatThrownBy(() -> calls.delete(queue, List.of("handle"))).isInstanceOf(SdkClientException.class);
            assertThat(wire.requests).hasSizeGreaterThan(2);
        }
    }

    @Test
    void aClientThatIsGivenIsNotClosed() {
        SqsClient client = client();
        calls(client).close();

        assertThat(client.listQueues().queueUrls()).isEmpty();
    }

    private static SqsCalls calls(SqsClient client) {
        return new SqsCalls(FoundClient.given(client), Duration.ofSeconds(20));
    }

    private SqsClient client() {
        return builder().build();
    }

    private SqsClientBuilder builder() {
        return SqsClient.builder()
                .httpClient(wire)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
    }

    private static SendMessageBatchRequestEntry entry() {
        return SendMessageBatchRequestEntry.builder()
                .id("0")
                .messageBody("body")
                .build();
    }

    private static String regionOfTheSignature(SdkHttpRequest request) {
        Matcher region = REGION_OF_THE_SIGNATURE.matcher(
                request.firstMatchingHeader("Authorization").orElse(""));
        return region.find() ? region.group(1) : "";
    }

    /** In the place of a network: notes each request, and answers with what every operation can read. */
    private static final class Wire implements SdkHttpClient {

        private static final byte[] ANSWER =
                ("{\"QueueUrl\":\"https://sqs.eu-central-1.amazonaws.com/123456789012/Events\","
                                + "\"Attributes\":{\"QueueArn\":\"arn:aws:sqs:eu-central-1:123456789012:Events\"}}")
                        .getBytes(StandardCharsets.UTF_8);

        private final List<SdkHttpRequest> requests = new ArrayList<>();
        private boolean broken;

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() throws IOException {
                    requests.add(request.httpRequest());
                    if (broken) {
                        throw new IOException("connection reset");
                    }
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder().statusCode(200).build())
                            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(ANSWER)))
                            .build();
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }
}
