package io.eventdedup.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.QueueName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Looks at the three queues and at the permissions on them.
 *
 * <p>A permission is tried with a call that SQS must refuse for another reason, such as a receipt handle that does not
 * exist: it changes nothing, and AWS looks at the permission first.
 */
final class QueueCheck {

    private static final String NO_RECEIPT_HANDLE = "none";

    private final SqsClient sqs;
    private final Settings settings;

    QueueCheck(SqsClient sqs, Settings settings) {
        this.sqs = sqs;
        this.settings = settings;
    }

    /** @throws SdkException if no call to SQS succeeds */
    List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        String input = find("input", "dedup.input-queue", "InputQueueName", settings.inputQueue(), results);
        if (input != null) {
            attempt(
                    "sqs:DeleteMessage",
                    input,
                    results,
                    () -> sqs.deleteMessage(delete -> delete.queueUrl(input).receiptHandle(NO_RECEIPT_HANDLE)));
            attempt(
                    "sqs:ChangeMessageVisibility",
                    input,
                    results,
                    () -> sqs.changeMessageVisibility(change -> change.queueUrl(input)
                            .receiptHandle(NO_RECEIPT_HANDLE)
                            .visibilityTimeout(0)));
            attempt(
                    "sqs:ReceiveMessage",
                    input,
                    results,
                    () -> sqs.receiveMessage(receive -> receive.queueUrl(input).maxNumberOfMessages(0)));
            redrivePolicy(input, results);
        }
        send(find("output", "dedup.output-queue", "OutputQueueName", settings.outputQueue(), results), results);
        send(
                find(
                        "dead-letter",
                        "dedup.dead-letter-queue",
                        "DeadLetterQueueName",
                        settings.deadLetterQueue(),
                        results),
                results);
        return results;
    }

    private void send(String url, List<CheckResult> results) {
        if (url != null) {
            attempt(
                    "sqs:SendMessage",
                    url,
                    results,
                    () -> sqs.sendMessageBatch(send -> send.queueUrl(url).entries(List.of())));
        }
    }

    /**
     * The queue's URL, or null if it cannot be used.
     *
     * @param parameter what the CloudFormation template calls its name
     */
    private String find(String role, String setting, String parameter, String nameOrUrl, List<CheckResult> results) {
        String subject = "%s queue %s".formatted(role, nameOrUrl);
        try {
            QueueName queue = QueueName.parse(nameOrUrl);
            String url = queue.url() != null
                    ? queue.url()
                    : sqs.getQueueUrl(
                                    request -> request.queueName(queue.name()).queueOwnerAWSAccountId(queue.account()))
                            .queueUrl();
            String arn = sqs.getQueueAttributes(
                            request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                    .attributes()
                    .get(QueueAttributeName.QUEUE_ARN);
            results.add(CheckResult.good("%s (%s of the template), %s".formatted(subject, parameter, place(arn))));
            return url;
        } catch (SdkException failure) {
            AwsFailure kind = AwsFailure.of(failure);
            if (kind.concernsEveryCall()) {
                throw failure;
            }
            results.add(
                    kind == AwsFailure.MISSING
                            ? CheckResult.wrong(
                                    subject + " " + kind.problem(),
                                    "aws sqs create-queue --queue-name "
                                            + QueueName.parse(nameOrUrl).name() + ", or correct " + setting)
                            : CheckResult.failed(subject, failure));
            return null;
        }
    }

    /** Region and account, which an ARN has at its fourth and fifth place. */
    private static String place(String arn) {
        String[] parts = arn.split(":");
        return "region %s, account %s".formatted(parts[3], parts[4]);
    }

    private void attempt(String action, String url, List<CheckResult> results, Runnable call) {
        String subject = "%s on %s".formatted(action, url);
        try {
            call.run();
            results.add(CheckResult.good(subject));
        } catch (SdkException failure) {
            AwsFailure kind = AwsFailure.of(failure);
            if (kind.concernsEveryCall()) {
                throw failure;
            }
            results.add(kind == AwsFailure.DENIED ? CheckResult.failed(subject, failure) : CheckResult.good(subject));
        }
    }

    /** SQS must not dead-letter, without a reason, what the route would still retry. */
    private void redrivePolicy(String input, List<CheckResult> results) {
        Map<QueueAttributeName, String> attributes = sqs.getQueueAttributes(
                        request -> request.queueUrl(input).attributeNames(QueueAttributeName.REDRIVE_POLICY))
                .attributes();
        String policy = attributes.get(QueueAttributeName.REDRIVE_POLICY);
        if (policy == null) {
            results.add(CheckResult.doubtful(
                    "input queue has no redrive policy",
                    "give it one with maxReceiveCount 100 and a queue of its own, for messages that kill the process"));
            return;
        }
        int maxReceiveCount = maxReceiveCount(policy);
        if (maxReceiveCount <= settings.maxAttempts()) {
            results.add(CheckResult.doubtful(
                    "redrive policy of the input queue has maxReceiveCount " + maxReceiveCount
                            + ", not above dedup.max-attempts (" + settings.maxAttempts() + ")",
                    "set it to 100, else SQS moves messages away while their key is in progress or a service is away"));
        } else {
            results.add(CheckResult.good("redrive policy of the input queue, maxReceiveCount " + maxReceiveCount));
        }
    }

    private static int maxReceiveCount(String policy) {
        try {
            JsonNode count = new ObjectMapper().readTree(policy).path("maxReceiveCount");
            return count.asInt();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("SQS answered with a redrive policy that is not JSON", e);
        }
    }
}
