package io.eventdedup.aws;

import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.regions.Region;

/**
 * What is set with a request, so that any client can make it, one of the application's too: its time limits; the region of the
 * queue that it is about, where that is not the client's; and that it is made once only. The SDK reads the last two from a plugin
 * (AWS SDK for Java 2.x developer guide, request-level plugins).
 *
 * @param limits its time limits
 * @param region the region, if not the client's
 * @param once whether the SDK must not repeat it
 */
public record RequestSettings(CallLimits limits, Optional<String> region, boolean once) {

    /** Settings of a request that the client makes in its own region, and may repeat. */
    public static RequestSettings within(CallLimits limits) {
        return new RequestSettings(limits, Optional.empty(), false);
    }

    /** The same in another region; empty: the client's. */
    public RequestSettings in(Optional<String> other) {
        return new RequestSettings(limits, other, once);
    }

    /** The same for a request that must not be repeated. */
    public RequestSettings withoutRetries() {
        return new RequestSettings(limits, region, true);
    }

    /** The settings as the SDK takes them. */
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
