package io.eventdedup.aws;

import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;

/**
 * An AWS service, and where an application may have configured a client for it.
 *
 * @param type the interface of its clients
 * @param option the option of ours that names a client, as an operator writes it
 * @param component the Camel component for the service
 * @param componentOption the option of that component that holds a client
 * @param builder makes a builder of a client that uses the AWS SDK's default chains
 */
public record AwsService<B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends AwsClient>(
        Class<C> type, String option, String component, String componentOption, Supplier<B> builder) {}
