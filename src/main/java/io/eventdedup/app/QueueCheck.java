package io.eventdedup.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.RequestSettings;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.DedupSqsEndpoint;
import io.eventdedup.sqs.QueueIdentity;
import io.eventdedup.sqs.QueueName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Checks the three queues of a pipeline and the permissions on them.
 *
 * <p>A permission is tested with a call that SQS must reject for another reason, such as an invalid receipt handle. The call changes
 * nothing, and AWS checks the permission first.
 */
final class QueueCheck {

    private static final String NO_RECEIPT_HANDLE = "none";

    /** Which parameter of the CloudFormation template sets the same name. */
    private static final Map<String, String> TEMPLATE = Map.of(
            "dedup.input-queue", "InputQueueName",
            "dedup.output-queue", "OutputQueueName",
            "dedup.dead-letter-queue", "DeadLetterQueueName");

    private final DedupSqsComponent sqs;
    private final Settings settings;

    /**
     * An existing queue and how to call it.
     *
     * @param identity as reported by SQS
     */
    private record Queue(
            SqsClient sqs, String url, QueueIdentity identity, AwsRequestOverrideConfiguration requestSettings) {}

    /** @param sqs provides the clients */
    QueueCheck(DedupSqsComponent sqs, Settings settings) {
        this.sqs = sqs;
        this.settings = settings;
    }

    /**
     * Checks the queues that the settings name.
     *
     * @throws SdkException if no call to SQS succeeds
     */
    List<CheckResult> run() {
        return run(settings.inputQueue(), settings.outputQueue(), settings.deadLetterQueue());
    }

    /**
     * Checks the queues of a pipeline.
     *
     * @param pipeline its input
     * @throws SdkException if no call to SQS succeeds
     */
    List<CheckResult> run(DedupSqsEndpoint pipeline) {
        return run(
                pipeline.getQueue(),
                pipeline.output().text(),
                pipeline.deadLetters().text());
    }

    private List<CheckResult> run(String inputQueue, String outputQueue, String deadLetterQueue) {
        List<CheckResult> results = new ArrayList<>();
        Optional<Queue> input = find("input", inputQueue, results);
        input.ifPresent(queue -> {
            attempt("sqs:DeleteMessage", queue, results, () -> queue.sqs()
                    .deleteMessage(delete -> delete.queueUrl(queue.url())
                            .receiptHandle(NO_RECEIPT_HANDLE)
                            .overrideConfiguration(queue.requestSettings())));
            attempt("sqs:ChangeMessageVisibility", queue, results, () -> queue.sqs()
                    .changeMessageVisibility(change -> change.queueUrl(queue.url())
                            .receiptHandle(NO_RECEIPT_HANDLE)
                            .visibilityTimeout(0)
                            .overrideConfiguration(queue.requestSettings())));
            attempt("sqs:ReceiveMessage", queue, results, () -> queue.sqs()
                    .receiveMessage(receive -> receive.queueUrl(queue.url())
                            .maxNumberOfMessages(0)
                            .overrideConfiguration(queue.requestSettings())));
            redrivePolicy(queue, results);
        });
        target(input, "output", outputQueue, results);
        target(input, "dead-letter", deadLetterQueue, results);
        return results;
    }

    /** Checks a queue to which events are sent. */
    private void target(Optional<Queue> input, String role, String name, List<CheckResult> results) {
        find(role, name, results).ifPresent(queue -> {
            if (input.filter(in -> in.identity().equals(queue.identity())).isPresent()) {
                results.add(CheckResult.wrong(
                        "%s queue %s is the input queue, %s".formatted(role, name, queue.identity()),
                        "an event would come back forever; set " + setting(role, name) + " to another queue"));
            }
            attempt("sqs:SendMessage", queue, results, () -> queue.sqs()
                    .sendMessageBatch(send -> send.queueUrl(queue.url())
                            .entries(List.of())
                            .overrideConfiguration(queue.requestSettings())));
        });
    }

    /** What names this queue: a setting, or the route. */
    private String setting(String role, String nameOrUrl) {
        String setting = "dedup." + role + "-queue";
        return nameOrUrl.equals(settings.values().get(setting)) ? setting : "the " + role + " queue in the route";
    }

    /** The queue, or empty if it cannot be used. */
    private Optional<Queue> find(String role, String nameOrUrl, List<CheckResult> results) {
        String subject = "%s queue %s".formatted(role, nameOrUrl);
        String setting = setting(role, nameOrUrl);
        try {
            QueueName name = QueueName.parse(nameOrUrl);
            Queue queue = find(name);
            String template = TEMPLATE.containsKey(setting) ? " (" + TEMPLATE.get(setting) + " of the template)" : "";
            String found = subject + template + " is " + queue.identity();
            results.add(
                    name.identity().mayBe(queue.identity())
                            ? CheckResult.good(found)
                            : CheckResult.doubtful(found, "this names another queue than the endpoint uses"));
            return Optional.of(queue);
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
            return Optional.empty();
        }
    }

    private Queue find(QueueName name) {
        FoundClient<SqsClient> found = sqs.client(name.text());
        SqsClient client = found.client();
        AwsRequestOverrideConfiguration requestSettings = RequestSettings.within(Installation.PATIENCE)
                .in(name.region().filter(region -> !found.region().equals(Optional.of(region))))
                .ofRequest();
        String url = name.url() != null
                ? name.url()
                : client.getQueueUrl(request -> request.queueName(name.name())
                                .queueOwnerAWSAccountId(name.account())
                                .overrideConfiguration(requestSettings))
                        .queueUrl();
        String arn = client.getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(QueueAttributeName.QUEUE_ARN)
                        .overrideConfiguration(requestSettings))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return new Queue(client, url, QueueIdentity.reported(arn), requestSettings);
    }

    private void attempt(String action, Queue queue, List<CheckResult> results, Runnable call) {
        String subject = "%s on %s".formatted(action, queue.url());
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

    /** SQS must not move messages that the route would still retry. */
    private void redrivePolicy(Queue input, List<CheckResult> results) {
        Map<QueueAttributeName, String> attributes = input.sqs()
                .getQueueAttributes(request -> request.queueUrl(input.url())
                        .attributeNames(QueueAttributeName.REDRIVE_POLICY)
                        .overrideConfiguration(input.requestSettings()))
                .attributes();
        String policy = attributes.get(QueueAttributeName.REDRIVE_POLICY);
        if (policy == null) {
            results.add(CheckResult.doubtful(
                    "input queue has no redrive policy",
                    "add one with maxReceiveCount 100 and a separate queue, for messages that crash the process"));
            return;
        }
        int maxReceiveCount = maxReceiveCount(policy);
        if (maxReceiveCount <= settings.maxAttempts()) {
            results.add(
                    CheckResult.doubtful(
                            "redrive policy of the input queue has maxReceiveCount " + maxReceiveCount
                                    + ", not above dedup.max-attempts (" + settings.maxAttempts() + ")",
                            "set it to 100; otherwise SQS moves messages while their key is in progress or a service is unavailable"));
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
