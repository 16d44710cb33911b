package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Component;
import org.apache.camel.component.aws2.sqs.Sqs2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ComponentCustomizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.core.Protocol;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;

/** Which client is used, and how one is built. */
class ClientLookupTest {

    private static final AwsService<SqsClientBuilder, SqsClient> SQS =
            new AwsService<>(SqsClient.class, "client=#bean:NAME", "aws2-sqs", "amazonSQSClient", SqsClient::builder);

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final WireMockServer server =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().dynamicHttpsPort());

    @BeforeEach
    void start() {
        server.start();
        server.stubFor(WireMock.any(WireMock.anyUrl()).willReturn(WireMock.ok("{\"QueueUrls\":[\"queue\"]}")));
    }

    @AfterEach
    void stop() {
        server.stop();
        context.stop();
    }

    @Test
    void theClientThatAnOptionNamesWinsOverTheRegistry() {
        SqsClient given = client("given");
        context.getRegistry().bind("a", client("a"));
        context.getRegistry().bind("b", client("b"));

        assertThat(find(given).client()).isSameAs(given);
    }

    @Test
    void theClientOfCamelsComponentTellsSeveralBeansApart() {
        SqsClient one = client("one");
        context.getRegistry().bind("one", one);
        context.getRegistry().bind("other", client("other"));
        assertThatThrownBy(() -> find(null))
                .isInstanceOf(ClientException.class)
                .hasMessage("There are several beans of type SqsClient: one, other. Name one: client=#bean:NAME, or"
                        + " camel.component.aws2-sqs.amazonSQSClient=#bean:one");

        component().getConfiguration().setAmazonSQSClient(one);

        assertThat(find(null).client()).isSameAs(one);
        assertThat(find(null).own()).isFalse();
    }

    @Test
    void aClientOfTheApplicationIsNotClosed() {
        SqsClient client = client("key");
        context.getRegistry().bind("queues", client);

        find(null).close();

        assertThat(client.listQueues().queueUrls()).containsExactly("queue");
    }

    @Test
    void anApplicationMayWrapItsClient() {
        SqsClient wrapper = new SqsClient() {
            @Override
            public String serviceName() {
                return "sqs";
            }

            @Override
            public void close() {}
        };
        context.getRegistry().bind("queues", wrapper);

        assertThat(find(null).client()).isSameAs(wrapper);
        assertThat(find(null).region()).isEmpty();
    }

    @Test
    void aRegionIsTakenFromTheOptions() {
        component().getConfiguration().setRegion("eu-west-1");
        try (FoundClient<SqsClient> found = find(null)) {
            assertThat(found.origin()).isEqualTo("the options of camel.component.aws2-sqs");
            assertThat(found.region()).contains("eu-west-1");
        }
    }

    @Test
    void keysAndSessionTokensAreThoseOfTheOptions() {
        component().getConfiguration().setRegion("eu-west-1");
        component().getConfiguration().setAccessKey("key");
        component().getConfiguration().setSecretKey("secret");
        assertThat(credentials()).isEqualTo(AwsBasicCredentials.create("key", "secret"));

        component().getConfiguration().setUseSessionCredentials(true);
        component().getConfiguration().setSessionToken("token");
        assertThat(credentials())
                .isInstanceOfSatisfying(AwsSessionCredentials.class, session -> assertThat(session.sessionToken())
                        .isEqualTo("token"));
    }

    @Test
    void aProfileIsThatOfTheOptions(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("credentials");
        Files.writeString(file, "[estate]\naws_access_key_id=of-the-profile\naws_secret_access_key=secret\n");
        System.setProperty("aws.sharedCredentialsFile", file.toString());
        try {
            component().getConfiguration().setRegion("eu-west-1");
            component().getConfiguration().setUseProfileCredentialsProvider(true);
            component().getConfiguration().setProfileCredentialsName("estate");

            assertThat(credentials().accessKeyId()).isEqualTo("of-the-profile");
        } finally {
            System.clearProperty("aws.sharedCredentialsFile");
        }
    }

    /** As Camel's starters for Spring Boot do it. */
    @Test
    void optionsThatAreSetWhenTheComponentIsMadeCount() {
        context.getRegistry().bind("customizer", new ComponentCustomizer() {
            @Override
            public void configure(String name, Component component) {
                ((Sqs2Component) component).getConfiguration().setRegion("eu-north-1");
            }

            @Override
            public boolean isEnabled(String name, Component component) {
                return component instanceof Sqs2Component;
            }
        });

        try (FoundClient<SqsClient> found = find(null)) {
            assertThat(found.region()).contains("eu-north-1");
        }
    }

    @Test
    void callsGoThroughTheProxyOfTheOptions() {
        component().getConfiguration().setProxyProtocol(Protocol.HTTP);
        component().getConfiguration().setProxyHost("127.0.0.1");
        component().getConfiguration().setProxyPort(server.port());
        endpoint("http://sqs.invalid");
        try (FoundClient<SqsClient> found = find(null)) {
            assertThat(found.client().listQueues().queueUrls()).containsExactly("queue");
        }

        assertThat(server.getAllServeEvents())
                .singleElement()
                .matches(event -> event.getRequest().getAbsoluteUrl().startsWith("http://sqs.invalid"));
    }

    @Test
    void aCertificateThatNobodyKnowsIsTakenIfTheOptionsSaySo() {
        endpoint("https://127.0.0.1:" + server.httpsPort());
        component().getConfiguration().setTrustAllCertificates(true);
        try (FoundClient<SqsClient> found = find(null)) {
            assertThat(found.client().listQueues().queueUrls()).containsExactly("queue");
        }
    }

    private void endpoint(String uri) {
        component().getConfiguration().setRegion("eu-west-1");
        component().getConfiguration().setAccessKey("key");
        component().getConfiguration().setSecretKey("secret");
        component().getConfiguration().setOverrideEndpoint(true);
        component().getConfiguration().setUriEndpointOverride(uri);
    }

    private AwsCredentials credentials() {
        try (FoundClient<SqsClient> found = find(null)) {
            return (AwsCredentials) found.configuration()
                    .map(AwsServiceClientConfiguration::credentialsProvider)
                    .orElseThrow()
                    .resolveIdentity()
                    .join();
        }
    }

    private Sqs2Component component() {
        return context.getComponent("aws2-sqs", Sqs2Component.class);
    }

    private FoundClient<SqsClient> find(SqsClient given) {
        return ClientLookup.find(SQS, given, context, http -> {}, builder -> {});
    }

    private SqsClient client(String key) {
        return SqsClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, "secret")))
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .build();
    }
}
