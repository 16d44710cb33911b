package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The AWS SDK found no credentials. The message is one line that says why, for each source that was asked; the SDK's own has a
 * thousand characters and leaves out the causes.
 */
final class NoCredentialsException extends SdkClientException implements AwsFailure.Named {

    private static final long serialVersionUID = 1L;

    /** As the SDK says what a profile needs: its modules {@code sso}, {@code ssooidc}, {@code signin}. */
    private static final Pattern MODULE = Pattern.compile("the '(\\w+)' (?:service )?module must be on the class path");

    private final String fix;
    private final boolean passing;

    private NoCredentialsException(String message, String fix, boolean passing) {
        super(SdkClientException.builder().message(message));
        this.fix = fix;
        this.passing = passing;
    }

    /** The same failure; if the SDK found no credentials, with the reasons, for which every source is asked once more. */
    static SdkException explained(SdkException failure) {
        boolean unexplained =
                AwsFailure.of(failure) == AwsFailure.NO_CREDENTIALS && !(failure instanceof NoCredentialsException);
        return unexplained ? search() : failure;
    }

    /** What to do about it. */
    String fix() {
        return fix;
    }

    /** It may pass by itself: an agent that is not up yet, a token that is not mounted yet, a service that is unavailable. */
    @Override
    public AwsFailure awsFailure() {
        return passing ? AwsFailure.UNREACHABLE : AwsFailure.NO_CREDENTIALS;
    }

    private static NoCredentialsException search() {
        List<Answer> answers = new ArrayList<>();
        for (CredentialSource source : CredentialSource.values()) {
            AwsCredentialsProvider provider = source.provider();
            try {
                provider.resolveCredentials();
                return new NoCredentialsException("there are AWS credentials now, from " + source.setting(), "", true);
            } catch (RuntimeException failure) {
                answers.add(new Answer(source, failure));
            } finally {
                close(provider);
            }
        }
        List<Answer> asked = answers.stream().filter(Answer::wasAsked).toList();
        String reasons = asked.stream()
                .map(answer -> answer.name() + ": " + answer.reason() + "; ")
                .collect(Collectors.joining());
        String others = answers.stream()
                .filter(answer -> !answer.wasAsked())
                .map(answer -> answer.source().setting())
                .collect(Collectors.joining(", "));
        Optional<Answer> passing = asked.stream().filter(Answer::mayPass).findFirst();
        return new NoCredentialsException(
                "no AWS credentials (" + reasons + "not set: " + others + ")",
                passing.orElse(asked.get(0)).fix(),
                passing.isPresent());
    }

    private static void close(AwsCredentialsProvider provider) {
        if (provider instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }

    /** Why a source has no credentials. */
    private record Answer(CredentialSource source, RuntimeException failure) {

        /** The SDK asks the profile {@code default} and the EC2 metadata unasked. */
        boolean wasAsked() {
            boolean defaultProfile =
                    source == CredentialSource.PROFILE && !said().startsWith("Profile file contained no");
            return source.isSet() || defaultProfile || source == CredentialSource.INSTANCE;
        }

        String name() {
            return source == CredentialSource.PROFILE ? "profile " + profile() : source.setting();
        }

        private String said() {
            return String.valueOf(failure.getMessage());
        }

        private Throwable root() {
            return StartFailure.causes(failure).reduce((outer, inner) -> inner).orElse(failure);
        }

        String reason() {
            Throwable root = root();
            String reason;
            if (root instanceof NoSuchFileException file) {
                reason = "there is no file " + file.getFile();
            } else if (root instanceof AwsServiceException answer
                    && !AwsFailure.code(answer).isEmpty()) {
                reason = AwsFailure.code(answer) + ", "
                        + answer.awsErrorDetails().errorMessage();
            } else {
                String status = root instanceof SdkServiceException answer ? "HTTP " + answer.statusCode() + ", " : "";
                boolean newsInRoot = !(root instanceof ClassNotFoundException)
                        && !said().contains(String.valueOf(root.getMessage()));
                reason = said().replaceFirst(": ProfileFile\\(.*", "").replaceFirst("\\.$", "")
                        + (newsInRoot ? " (" + status + root.getMessage() + ")" : "");
            }
            return reason.replaceAll("\\s+", " ");
        }

        boolean mayPass() {
            return source != CredentialSource.INSTANCE
                    && StartFailure.causes(failure).anyMatch(Answer::passes);
        }

        /** A program that cannot be run is the one plain IOException. */
        private static boolean passes(Throwable cause) {
            return cause instanceof IOException && cause.getClass() != IOException.class
                    || cause instanceof SdkServiceException answer
                            && (answer.statusCode() >= 500 || answer.isThrottlingException());
        }

        String fix() {
            Matcher module = MODULE.matcher(said());
            if (module.find()) {
                return "put %s-%s.jar of software.amazon.awssdk into lib/"
                        .formatted(module.group(1), VersionInfo.SDK_VERSION);
            }
            if (mayPass()) {
                return root() instanceof NoSuchFileException
                        ? "see that the file is mounted"
                        : "look at the network, and at the service or agent";
            }
            boolean refused = root() instanceof AwsServiceException answer
                    && !AwsFailure.code(answer).equals("UnauthorizedException");
            if (source == CredentialSource.PROFILE && !refused && has("sso_session", "sso_start_url")) {
                return "aws sso login --profile " + profile();
            }
            if (source == CredentialSource.PROFILE && has("login_session")) {
                return "aws login --profile " + profile();
            }
            return source.fix();
        }

        private static String profile() {
            return ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
        }

        private static boolean has(String... properties) {
            return ProfileFile.defaultProfileFile().profile(profile()).stream()
                    .anyMatch(profile -> Stream.of(properties).anyMatch(profile.properties()::containsKey));
        }
    }
}
