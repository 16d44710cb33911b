package io.eventdedup.aws;

import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.regions.Region;

/**
 * Settings of one request, so that any client can be used, including the application's: the time limits, the region of the queue, and
 * whether the request may be retried. Region and retries are set by a plugin (AWS SDK for Java 2.x Developer Guide, request-level
 * plugins).
 *
 * @param limits the time limits
 * @param region the region; if empty, the client's
 * @param once whether the SDK must not retry the request
 */
public record RequestSettings(CallLimits limits, Optional<String> region, boolean once) {

    /** Settings of a request in the client's region, with retries. */
    public static RequestSettings within(CallLimits limits) {
        return new RequestSettings(limits, Optional.empty(), false);
    }

    /** The same in another region; if empty, in the client's. */
    public RequestSettings in(Optional<String> other) {
        return new RequestSettings(limits, other, once);
    }

    /** The same without retries. */
    public RequestSettings withoutRetries() {
        return new RequestSettings(limits, region, true);
    }

    /** The settings as the SDK's configuration of a request. */
    public AwsRequestOverrideConfiguration ofRequest() {
        AwsRequestOverrideConfiguration.Builder settings = limits.ofRequest().toBuilder();
        region.ifPresent(name -> settings.addPlugin(inRegion(name)));
        if (once) {
            settings.addPlugin(ONCE);
        }
        return settings.build();
    }

    private static final SdkPlugin ONCE =
            client -> client.overrideConfiguration(client.overrideConfiguration().toBuilder()
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .build());

    private static SdkPlugin inRegion(String name) {
        Region region = Region.of(name);
        return client -> ((AwsServiceClientConfiguration.Builder) client).region(region);
    }
}
