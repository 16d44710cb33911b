package io.eventdedup.app;

import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.SystemSetting;

/**
 * Where the AWS SDK looks for credentials, in the order of its default chain (AWS SDK for Java 2.x developer guide, "Default
 * credentials provider chain").
 */
enum CredentialSource {
    ENVIRONMENT(
            EnvironmentVariableCredentialsProvider::create,
            "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            SdkSystemSetting.AWS_ACCESS_KEY_ID,
            SdkSystemSetting.AWS_SECRET_ACCESS_KEY),
    WEB_IDENTITY(
            WebIdentityTokenFileCredentialsProvider::create,
            "correct AWS_ROLE_ARN, or the trust policy of the role",
            SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE),
    PROFILE(
            ProfileCredentialsProvider::create,
            "correct this profile in ~/.aws/config, or AWS_PROFILE",
            ProfileFileSystemSetting.AWS_PROFILE),
    CONTAINER(
            ContainerCredentialsProvider::create,
            "give the task or pod a role (task role, EKS Pod Identity association), or correct this variable",
            SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI,
            SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI),
    /** Always tried last; needs no setting. */
    INSTANCE(
            InstanceProfileCredentialsProvider::create,
            "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; in AWS, give the task, pod or instance a role");

    private final Supplier<AwsCredentialsProvider> provider;
    private final String fix;
    private final List<SystemSetting> settings;

    CredentialSource(Supplier<AwsCredentialsProvider> provider, String fix, SystemSetting... settings) {
        this.provider = provider;
        this.fix = fix;
        this.settings = List.of(settings);
    }

    AwsCredentialsProvider provider() {
        return provider.get();
    }

    /** What to do if it has no credentials. */
    String fix() {
        return fix;
    }

    /** Whether an environment variable or system property names this source. */
    boolean isSet() {
        return settings.stream().anyMatch(CredentialSource::isSet);
    }

    private static boolean isSet(SystemSetting setting) {
        return System.getenv(setting.environmentVariable()) != null || System.getProperty(setting.property()) != null;
    }

    /** The environment variable that names it, for messages. */
    String setting() {
        return settings.stream()
                .filter(CredentialSource::isSet)
                .findFirst()
                .or(() -> settings.stream().findFirst())
                .map(SystemSetting::environmentVariable)
                .orElse("EC2 metadata");
    }
}
