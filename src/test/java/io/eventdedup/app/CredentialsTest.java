package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.sun.net.httpserver.HttpServer;
import io.eventdedup.aws.AwsFailure;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** Each source of AWS credentials against an endpoint that this test controls. The SDK takes them from system properties. */
@Isolated("the SDK's system properties are those of the whole JVM")
@ExtendWith(EmbeddedAwsExtension.class)
class CredentialsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NOBODY = "http://127.0.0.1:1";

    private static final String KEYS =
            "{\"AccessKeyId\":\"ofContainer\",\"SecretAccessKey\":\"b\",\"Token\":\"c\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";

    private static final String CONFIG = """
            [profile keys]
            aws_access_key_id = a
            aws_secret_access_key = b
            [profile half]
            aws_access_key_id = a
            [profile role]
            role_arn = arn:aws:iam::111122223333:role/r
            source_profile = keys
            [profile login]
            login_session = arn:aws:iam::111122223333:user/x
            [profile program]
            credential_process = /there/is/none
            [profile dev]
            sso_session = of-this-test
            sso_account_id = 111122223333
            sso_role_name = Developer
            [sso-session of-this-test]
            sso_start_url = https://d-1234567890.awsapps.com/start
            sso_region = eu-central-1
            """;

    @TempDir
    Path directory;

    private final WireMockServer aws =
            new WireMockServer(WireMockConfiguration.options().port(EmbeddedAws.freePort()));
    private final Properties before = new Properties();

    @BeforeEach
    void forgetAllCredentials() throws IOException {
        aws.start();
        before.putAll(System.getProperties());
        forgetKeys();
        System.setProperty("aws.region", "eu-central-1");
        System.setProperty("aws.disableEc2Metadata", "true");
        System.setProperty(
                "aws.sharedCredentialsFile", directory.resolve("none").toString());
        System.setProperty(
                "aws.configFile",
                Files.writeString(directory.resolve("config"), CONFIG).toString());
        System.setProperty("aws.endpointUrlSts", aws.baseUrl());
    }

    @AfterEach
    void restore() {
        System.setProperties(before);
        aws.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // system properties | may pass | reason | fix
                "| false | EC2 metadata: IMDS credentials have been disabled | set AWS_PROFILE, or AWS_ACCESS_KEY_ID and",
                "aws.profile=none | false | profile none: Profile file contained no credentials for profile 'none'; | correct this profile",
                "aws.profile=half | false | profile half: Profile property 'aws_secret_access_key' was not configured | correct this profile",
                "aws.profile=program | false | /there/is/none: not found | correct this profile",
                "aws.profile=dev | false | profile dev: Unable to load SSO token; | aws sso login --profile dev",
                "aws.profile=login | false | the 'signin' service module must be on the class path; | put signin-2.41.28.jar",
                "aws.profile=role | false | profile role: AccessDenied, not for you; | correct this profile",
                "aws.profile=role aws.endpointUrlSts=NOBODY | true | profile role: Unable to execute HTTP request | look at the network",
                "aws.webIdentityTokenFile=TOKEN | false | AWS_ROLE_ARN | correct AWS_ROLE_ARN",
                "aws.webIdentityTokenFile=TOKEN aws.roleArn=r | false | AWS_WEB_IDENTITY_TOKEN_FILE: AccessDenied, not for you; | trust policy",
                "aws.webIdentityTokenFile=/none aws.roleArn=r | true | AWS_WEB_IDENTITY_TOKEN_FILE: there is no file /none; | mounted",
                "aws.containerCredentialsFullUri=NOBODY | true | AWS_CONTAINER_CREDENTIALS_FULL_URI: Failed to load credentials from metadata service (Connection refused) | agent",
                "aws.containerCredentialsFullUri=http://[::1]:1 | true | AWS_CONTAINER_CREDENTIALS_FULL_URI: Failed to load credentials from metadata service ( | agent",
                "aws.containerCredentialsFullUri=AWS/503 | true | (HTTP 503, Service Unavailable) | agent",
                "aws.containerCredentialsFullUri=AWS/403 | false | (HTTP 403, no association) | give the task or pod a role",
                "aws.containerCredentialsFullUri=AWS/404 | false | The requested metadata is not found at | give the task or pod a role",
                "aws.containerCredentialsFullUri=http://192.0.2.1/ | false | has an invalid host | correct this variable",
            })
    void aSourceWithoutCredentialsIsNamedWithItsReasonAndTheFixForThat(
            String properties, boolean mayPass, String reason, String fix) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "t");
        aws.stubFor(
                WireMock.post("/")
                        .willReturn(
                                WireMock.forbidden()
                                        .withBody(
                                                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for you</Message></Error></ErrorResponse>")));
        aws.stubFor(WireMock.get("/503").willReturn(WireMock.serviceUnavailable()));
        aws.stubFor(WireMock.get("/403").willReturn(WireMock.forbidden().withBody("{\"message\":\"no association\"}")));
        set(
                properties == null
                        ? ""
                        : properties
                                .replace("TOKEN", token.toString())
                                .replace("AWS/", aws.baseUrl() + "/")
                                .replace("NOBODY", NOBODY));

        NoCredentialsException failure = (NoCredentialsException) NoCredentialsException.explained(failureOfTheSdk());

        assertThat(failure.getMessage())
                .startsWith("no AWS credentials (")
                .contains(reason)
                .doesNotContain("\n");
        assertThat(failure.fix()).contains(fix);
        assertThat(AwsFailure.of(failure).isTemporary()).isEqualTo(mayPass);
    }

    @ParameterizedTest
    @CsvSource({
        "aws.accessKeyId=a aws.secretAccessKey=b,            a",
        "aws.profile=keys,                                   a",
        "aws.profile=role,                                   ofAssumeRole",
        "aws.webIdentityTokenFile=TOKEN aws.roleArn=ROLE,    ofAssumeRoleWithWebIdentity",
        "aws.containerCredentialsFullUri=http://127.0.0.1:PORT/creds, ofContainer",
    })
    void everySourceGivesItsCredentials(String properties, String expected) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "t");
        for (String action : new String[] {"AssumeRole", "AssumeRoleWithWebIdentity"}) {
            aws.stubFor(WireMock.post("/")
                    .withRequestBody(WireMock.containing("Action=" + action + "&"))
                    .willReturn(WireMock.okXml(("<ACTIONResponse><ACTIONResult><Credentials>"
                                    + "<AccessKeyId>ofACTION</AccessKeyId><SecretAccessKey>b</SecretAccessKey>"
                                    + "<SessionToken>c</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
                                    + "</Credentials></ACTIONResult></ACTIONResponse>")
                            .replace("ACTION", action))));
        }
        aws.stubFor(WireMock.get("/creds").willReturn(WireMock.okJson(KEYS)));
        set(properties
                .replace("TOKEN", token.toString())
                .replace("ROLE", "arn:aws:iam::111122223333:role/r")
                .replace("PORT", Integer.toString(aws.port())));

        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            assertThat(provider.resolveCredentials().accessKeyId()).isEqualTo(expected);
        }
    }

    @Test
    void anAgentMayHaveAnIpv6Address() throws IOException {
        HttpServer agent;
        try {
            agent = HttpServer.create(new InetSocketAddress("::1", 0), 0);
        } catch (SocketException noIpv6) {
            Assumptions.abort("no IPv6 here: " + noIpv6.getMessage());
            return;
        }
        agent.createContext("/creds", exchange -> {
            exchange.sendResponseHeaders(200, KEYS.length());
            exchange.getResponseBody().write(KEYS.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        agent.start();
        set("aws.containerCredentialsFullUri=http://[::1]:" + agent.getAddress().getPort() + "/creds");

        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            assertThat(provider.resolveCredentials().accessKeyId()).isEqualTo("ofContainer");
        } finally {
            agent.stop(0);
        }
    }

    @Test
    void theSourcesAreThoseOfTheSdkInItsOrder() {
        String said = failureOfTheSdk().getMessage();

        assertThat(Pattern.compile("\\w+CredentialsProvider(?=\\()")
                        .matcher(said)
                        .results()
                        .map(MatchResult::group)
                        .distinct())
                .filteredOn(name -> !name.equals("SystemPropertyCredentialsProvider"))
                .containsExactlyElementsOf(Stream.of(CredentialSource.values())
                        .map(source -> source.provider().getClass().getSimpleName())
                        .toList());
    }

    @Test
    void withoutCredentialsTheCheckHasOneLineForThat(EmbeddedAws services) {
        try (RouteFixture fixture = new RouteFixture(services);
                BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            forgetKeys();

            assertThat(Installation.check(Settings.load(fixture.settings(), Map.of(), Path.of("")), routes.context()))
                    .singleElement()
                    .matches(CheckResult::isWrong)
                    .extracting(CheckResult::text)
                    .asString()
                    .startsWith("no AWS credentials (");
        }
    }

    @Test
    void withoutCredentialsTheStartEndsWithOneLine(EmbeddedAws services) {
        try (RouteFixture fixture = new RouteFixture(services)) {
            forgetKeys();

            assertThatThrownBy(() -> DedupApplication.start(fixture.settings()))
                    .isInstanceOf(ConfigurationException.class)
                    .message()
                    .startsWith("no AWS credentials (")
                    .contains("set AWS_PROFILE")
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a token that is not mounted yet",
                "an agent that is not up yet",
                "an agent that nobody reaches yet"
            })
    void whatCanPassIsWaitedForAndTheProcessIsNotReady(String what, EmbeddedAws services) throws Exception {
        Path token = directory.resolve("token");
        aws.stubFor(WireMock.get("/creds").willReturn(WireMock.serviceUnavailable()));
        int port = EmbeddedAws.freePort();
        try (RouteFixture fixture = new RouteFixture(services)) {
            forgetKeys();
            set("aws.containerCredentialsFullUri=" + aws.baseUrl() + "/creds");
            if (what.startsWith("a token")) {
                set("aws.containerAuthorizationTokenFile=" + token);
                aws.stubFor(WireMock.get("/creds").willReturn(WireMock.okJson(KEYS)));
            }
            if (what.endsWith("reaches yet")) {
                aws.stop();
            }
            CompletableFuture<DedupApplication> start = CompletableFuture.supplyAsync(() -> DedupApplication.start(
                    fixture.with("dedup.http.port", Integer.toString(port)).settings()));
            await().atMost(PATIENCE)
                    .until(() -> ready(port).contains("no AWS credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI"));
            assertThat(start).isNotDone();

            Files.writeString(token, "t");
            aws.start();
            aws.stubFor(WireMock.get("/creds").willReturn(WireMock.okJson(KEYS)));

            DedupApplication started = start.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try {
                fixture.send("{\"detail-type\":\"t\",\"detail\":{\"n\":1}}");
                await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
            } finally {
                started.close();
            }
        }
    }

    private static String ready(int port) throws Exception {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/health/ready"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException notYet) {
            return "";
        }
    }

    private static SdkException failureOfTheSdk() {
        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            return catchThrowableOfType(SdkException.class, provider::resolveCredentials);
        }
    }

    private static void forgetKeys() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private static void set(String properties) {
        for (String property : properties.split(" ")) {
            String[] parts = property.split("=", 2);
            if (parts.length == 2) {
                System.setProperty(parts[0], parts[1]);
            }
        }
    }
}
