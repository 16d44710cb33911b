package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.KmsAccessDeniedException;

@ExtendWith(EmbeddedAwsExtension.class)
class FaultProxyTest {

    private FaultProxy proxy;
    private SqsClient through;
    private SqsClient direct;
    private String queue;

    @BeforeEach
    void start(EmbeddedAws aws) {
        proxy = new FaultProxy(aws.sqsEndpoint(), 1);
        through = SqsClient.builder()
                .endpointOverride(proxy.endpoint())
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(credentials())
                .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        direct = aws.sqsClient();
        queue = direct.createQueue(create ->
                        create.queueName("q-" + UUID.randomUUID().toString().substring(0, 8)))
                .queueUrl();
    }

    @AfterEach
    void stop() {
        through.close();
        direct.close();
        proxy.close();
    }

    @Test
    void withoutFaultsRequestsPass() {
        send();

        assertThat(messages()).isEqualTo(1);
        assertThat(proxy.calls()).singleElement().matches(call -> call.is("SendMessage"));
    }

    @Test
    void aThrottledRequestIsAnsweredInTheFormatOfSqs() {
        proxy.faults().inject("SendMessage", Fault.THROTTLED, 1);

        assertThatThrownBy(this::send).isInstanceOfSatisfying(AwsServiceException.class, refused -> assertThat(
                        refused.awsErrorDetails().errorCode())
                .isEqualTo("RequestThrottled"));
        assertThat(messages()).isZero();
    }

    @Test
    void aDeniedKeyIsAnsweredInTheFormatOfSqs() {
        proxy.faults().inject("SendMessage", Fault.KMS_DENIED, 1);

        assertThatThrownBy(this::send).isInstanceOfSatisfying(KmsAccessDeniedException.class, denied -> assertThat(
                        denied.awsErrorDetails().errorCode())
                .isEqualTo("KMS.AccessDeniedException"));
        assertThat(messages()).isZero();
    }

    @Test
    void aThrottledRequestIsAnsweredInTheFormatOfDynamoDb(EmbeddedAws aws) {
        try (FaultProxy dynamoDbProxy = new FaultProxy(aws.dynamoDbEndpoint(), 1);
                DynamoDbClient dynamoDb = DynamoDbClient.builder()
                        .endpointOverride(dynamoDbProxy.endpoint())
                        .region(Region.of(EmbeddedAws.REGION))
                        .credentialsProvider(credentials())
                        .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .build()) {
            dynamoDb.listTables();
            dynamoDbProxy.faults().inject(Faults.ANY, Fault.THROTTLED, 1);

            assertThatThrownBy(dynamoDb::listTables).isInstanceOf(ProvisionedThroughputExceededException.class);
        }
    }

    @Test
    void aLostAnswerIsARequestThatWasCarriedOut() {
        proxy.faults().inject("SendMessage", Fault.LOST_ANSWER, 1);

        assertThatThrownBy(this::send).isInstanceOf(SdkClientException.class);
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void aResetRequestIsNotCarriedOut() {
        proxy.faults().inject("SendMessage", Fault.RESET, 1);

        assertThatThrownBy(this::send).isInstanceOf(SdkClientException.class);
        assertThat(messages()).isZero();
    }

    @Test
    void aLateAnswerComesAfterThreeSeconds() {
        proxy.faults().inject("SendMessage", Fault.LATE_ANSWER, 1);

        Instant before = Instant.now();
        send();

        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whileItIsDownConnectionsAreRefusedAndAfterwardsRequestsPassAgain() {
        proxy.goDown();
        assertThatThrownBy(this::send).isInstanceOf(SdkClientException.class);

        proxy.comeUp();
        send();

        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void healedItPassesEverythingAgain() {
        proxy.faults().inject(Faults.ANY, Fault.SERVER_ERROR, 1);
        proxy.faults().heal();

        send();

        assertThat(messages()).isEqualTo(1);
    }

    private void send() {
        through.sendMessage(message -> message.queueUrl(queue).messageBody("hello"));
    }

    private int messages() {
        return direct.receiveMessage(receive -> receive.queueUrl(queue).maxNumberOfMessages(10))
                .messages()
                .size();
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(EmbeddedAws.ACCESS_KEY, EmbeddedAws.SECRET_KEY));
    }
}
