package io.eventdedup.aws;

import java.util.Optional;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.regions.Region;

/**
 * A client and its origin.
 *
 * @param own whether it was built here, and must be closed here
 * @param origin where it comes from, in a few words for an operator
 */
public record FoundClient<C extends AwsClient>(C client, boolean own, String origin) implements AutoCloseable {

    /** A client that the caller made, and closes. */
    public static <C extends AwsClient> FoundClient<C> given(C client) {
        return new FoundClient<>(client, false, "the configured client");
    }

    /** The client's configuration; empty if it does not tell, like some wrappers around clients. */
    public Optional<AwsServiceClientConfiguration> configuration() {
        try {
            return Optional.of(client.serviceClientConfiguration());
        } catch (UnsupportedOperationException silent) {
            return Optional.empty();
        }
    }

    /** The client's region, if it is known. */
    public Optional<String> region() {
        return configuration().map(AwsServiceClientConfiguration::region).map(Region::id);
    }

    /** Closes the client if it was built here. */
    @Override
    public void close() {
        if (own) {
            client.close();
        }
    }
}
