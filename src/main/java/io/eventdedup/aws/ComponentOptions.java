package io.eventdedup.aws;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.PluginHelper;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The options of one of Camel's AWS components, with the meaning that Camel gives them (Camel documentation, AWS Simple Queue Service
 * and AWS DynamoDB components). They are read by name through the component's configurer, because the types of the getters and the
 * client factories differ between versions of Camel.
 *
 * <p>The component is created if it does not exist yet, because a runtime such as Spring Boot configures components on creation.
 */
final class ComponentOptions {

    private static final List<String> TEXTS =
            List.of("accessKey", "secretKey", "sessionToken", "region", "proxyHost", "uriEndpointOverride");
    private static final List<String> FLAGS = List.of(
            "useDefaultCredentialsProvider",
            "useProfileCredentialsProvider",
            "useSessionCredentials",
            "overrideEndpoint",
            "trustAllCertificates");

    private final Component component;
    private final PropertyConfigurerGetter configurer;

    private ComponentOptions(Component component, PropertyConfigurerGetter configurer) {
        this.component = component;
        this.configurer = configurer;
    }

    /** The options of a component; empty if it is not on the class path. */
    static Optional<ComponentOptions> of(CamelContext context, String name) {
        Component component = context.getComponent(name, true, false);
        if (component == null) {
            return Optional.empty();
        }
        return PluginHelper.getConfigurerResolver(context.getCamelContextExtension())
                                .resolvePropertyConfigurer(name + "-component", context)
                        instanceof PropertyConfigurerGetter configurer
                ? Optional.of(new ComponentOptions(component, configurer))
                : Optional.empty();
    }

    <T> Optional<T> value(String option, Class<T> type) {
        return Optional.ofNullable(configurer.getOptionValue(component, option, false))
                .filter(type::isInstance)
                .map(type::cast);
    }

    private Optional<String> text(String option) {
        return value(option, String.class).filter(text -> !text.isBlank());
    }

    private boolean isSet(String flag) {
        return value(flag, Boolean.class).orElse(false);
    }

    /** Whether any option configures how clients are built. */
    boolean configureClients() {
        return Stream.concat(
                        TEXTS.stream().map(option -> text(option).isPresent()),
                        FLAGS.stream().map(this::isSet))
                .anyMatch(set -> set);
    }

    /** Sets credentials, region and endpoint; what no option sets is left to the SDK's default chains. */
    void applyTo(AwsClientBuilder<?, ?> builder) {
        credentials().ifPresent(builder::credentialsProvider);
        text("region").map(Region::of).ifPresent(builder::region);
        if (isSet("overrideEndpoint")) {
            text("uriEndpointOverride").map(URI::create).ifPresent(builder::endpointOverride);
        }
    }

    private Optional<AwsCredentialsProvider> credentials() {
        if (isSet("useDefaultCredentialsProvider")) {
            return Optional.empty();
        }
        if (isSet("useProfileCredentialsProvider")) {
            return Optional.of(text("profileCredentialsName")
                    .map(ProfileCredentialsProvider::create)
                    .orElseGet(ProfileCredentialsProvider::create));
        }
        Optional<String> key = text("accessKey");
        Optional<String> secret = text("secretKey");
        if (key.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> token = isSet("useSessionCredentials") ? text("sessionToken") : Optional.empty();
        return Optional.of(StaticCredentialsProvider.create(
                token.isPresent()
                        ? AwsSessionCredentials.create(key.get(), secret.get(), token.get())
                        : AwsBasicCredentials.create(key.get(), secret.get())));
    }

    /** The proxy; empty if no option sets one, so that the SDK finds it in its usual way. */
    Optional<ProxyConfiguration> proxy() {
        Optional<Integer> port = value("proxyPort", Integer.class);
        return port.flatMap(number -> text("proxyHost").map(host -> {
            Protocol protocol = value("proxyProtocol", Protocol.class).orElse(Protocol.HTTPS);
            return ProxyConfiguration.builder()
                    .endpoint(URI.create(protocol + "://" + host + ":" + number))
                    .build();
        }));
    }

    /** The other HTTP options. */
    AttributeMap http() {
        return isSet("trustAllCertificates")
                ? AttributeMap.builder()
                        .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                        .build()
                : AttributeMap.empty();
    }
}
