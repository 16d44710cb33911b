package io.eventdedup.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.RequestSettings;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.DedupSqsComponent;
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
 * Looks at the three queues and at the permissions on them.
 *
 * <p>A permission is tried with a call that SQS must refuse for another reason, such as a receipt handle that does not
 * exist: it changes nothing, and AWS looks at the permission first.
 */
final class QueueCheck {

    private static final String NO_RECEIPT_HANDLE = "none";

    private final DedupSqsComponent sqs;
    private final Settings settings;

    /**
     * A queue that was found, and how to call it.
     *
     * @param identity which queue SQS says it is
     */
    private record Queue(
            SqsClient sqs, String url, QueueIdentity identity, AwsRequestOverrideConfiguration requestSettings) {}

    /** @param sqs whose clients are used */
    QueueCheck(DedupSqsComponent sqs, Settings settings) {
        this.sqs = sqs;
        this.settings = settings;
    }

    /** @throws SdkException if no call to SQS succeeds */
    List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        Optional<Queue> input = find("input", "dedup.input-queue", "InputQueueName", settings.inputQueue(), results);
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
        target(input, "output", "dedup.output-queue", "OutputQueueName", settings.outputQueue(), results);
        target(
                input,
                "dead-letter",
                "dedup.dead-letter-queue",
                "DeadLetterQueueName",
                settings.deadLetterQueue(),
                results);
        return results;
    }

    /** A queue that events are sent to. */
    private void target(
            Optional<Queue> input,
            String role,
            String setting,
            String parameter,
            String name,
            List<CheckResult> results) {
        find(role, setting, parameter, name, results).ifPresent(queue -> {
            if (input.filter(in -> in.identity().equals(queue.identity())).isPresent()) {
                results.add(CheckResult.wrong(
                        "%s queue %s is the input queue %s (%s)"
                                .formatted(role, name, settings.inputQueue(), queue.identity()),
                        "an event would come back for ever; give " + setting + " another queue"));
            }
            attempt("sqs:SendMessage", queue, results, () -> queue.sqs()
                    .sendMessageBatch(send -> send.queueUrl(queue.url())
                            .entries(List.of())
                            .overrideConfiguration(queue.requestSettings())));
        });
    }

    /**
     * The queue, or empty if it cannot be used.
     *
     * @param parameter what the CloudFormation template calls its name
     */
    private Optional<Queue> find(
            String role, String setting, String parameter, String nameOrUrl, List<CheckResult> results) {
        String subject = "%s queue %s".formatted(role, nameOrUrl);
        try {
            QueueName name = QueueName.parse(nameOrUrl);
            Queue queue = find(name);
            String found = "%s (%s of the template) is %s".formatted(subject, parameter, queue.identity());
            results.add(
                    name.identity().mayBe(queue.identity())
                            ? CheckResult.good(found)
                            : CheckResult.doubtful(found, "the endpoint answers for another queue than this names"));
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

    /** SQS must not dead-letter, without a reason, what the route would still retry. */
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
