package io.eventdedup.aws;

import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;

/**
 * An AWS service, and where an application may have configured its client.
 *
 * @param type the client interface
 * @param option our option that names a client, as users write it
 * @param component Camel's component for the service
 * @param componentOption the option of that component that holds a client
 * @param builder makes a client builder that uses the AWS SDK's default chains
 */
public record AwsService<B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends AwsClient>(
        Class<C> type, String option, String component, String componentOption, Supplier<B> builder) {}
