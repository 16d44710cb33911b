package io.eventdedup.aws;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Finds an application's client for SQS or DynamoDB. It is the first of these:
 *
 * <ol>
 *   <li>the client that our option names;
 *   <li>the only client in the Camel registry, or the one that the registry prefers ({@code @Primary} in Spring);
 *   <li>what Camel's component for the service is configured with: its client, or one built from its {@code
 *       camel.component.aws2-*.*} options;
 *   <li>a new client that uses the AWS SDK's default chains.
 * </ol>
 *
 * <p>A client of the application is used unchanged, with its region, credentials, endpoint, HTTP client and interceptors; time limits
 * and the retries of sends are set on each request ({@link RequestSettings}). It is never closed here.
 */
public final class ClientLookup {

    private ClientLookup() {}

    /**
     * Finds the client.
     *
     * @param given the client that our option names, or null
     * @param context where to look; if null, only the SDK's default chains are used
     * @param http configures the HTTP client of a client that is built here
     * @param more configures a client that is built here
     * @throws ClientException if the registry has several clients and nothing says which one to use
     * @throws software.amazon.awssdk.core.exception.SdkClientException if a client has to be built and there is no region
     */
    public static <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends AwsClient>
            FoundClient<C> find(
                    AwsService<B, C> service,
                    C given,
                    CamelContext context,
                    Consumer<ApacheHttpClient.Builder> http,
                    Consumer<B> more) {
        if (given != null) {
            return FoundClient.given(given);
        }
        if (context == null) {
            return build(service, Optional.empty(), http, more);
        }
        C only = context.getRegistry().findSingleByType(service.type());
        if (only != null) {
            return new FoundClient<>(only, false, "the " + service.type().getSimpleName() + " in the registry");
        }
        Optional<ComponentOptions> options = ComponentOptions.of(context, service.component());
        Optional<C> ofComponent = options.flatMap(all -> all.value(service.componentOption(), service.type()));
        if (ofComponent.isPresent()) {
            return new FoundClient<>(ofComponent.get(), false, "the client of " + service.component());
        }
        rejectSeveral(service, context);
        return build(service, options.filter(ComponentOptions::configureClients), http, more);
    }

    private static void rejectSeveral(AwsService<?, ?> service, CamelContext context) {
        Map<String, ?> clients = new TreeMap<>(context.getRegistry().findByTypeWithName(service.type()));
        if (clients.size() > 1) {
            throw new ClientException(
                    "There are several beans of type %s: %s. Name one: %s, or camel.component.%s.%s=#bean:%s"
                            .formatted(
                                    service.type().getSimpleName(),
                                    String.join(", ", clients.keySet()),
                                    service.option(),
                                    service.component(),
                                    service.componentOption(),
                                    clients.keySet().iterator().next()));
        }
    }

    private static <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends AwsClient>
            FoundClient<C> build(
                    AwsService<B, C> service,
                    Optional<ComponentOptions> options,
                    Consumer<ApacheHttpClient.Builder> http,
                    Consumer<B> more) {
        B builder = service.builder().get();
        ApacheHttpClient.Builder apache = ApacheHttpClient.builder();
        http.accept(apache);
        options.ifPresent(all -> {
            all.applyTo(builder);
            all.proxy().ifPresent(apache::proxyConfiguration);
        });
        builder.httpClientBuilder(
                new HttpBuilder(apache, options.map(ComponentOptions::http).orElse(AttributeMap.empty())));
        more.accept(builder);
        String origin = options.isPresent()
                ? "the options of camel.component." + service.component()
                : "the AWS SDK's default chains";
        return new FoundClient<>(builder.build(), true, origin);
    }

    /** Builds HTTP clients that belong to the AWS client, which closes them. */
    private record HttpBuilder(ApacheHttpClient.Builder apache, AttributeMap options)
            implements SdkHttpClient.Builder<HttpBuilder> {

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return apache.buildWithDefaults(options.merge(defaults));
        }
    }
}
