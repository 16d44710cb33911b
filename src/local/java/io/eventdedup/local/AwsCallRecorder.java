package io.eventdedup.local;

import java.lang.StackWalker.StackFrame;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;

/**
 * Records which IAM actions the program needs on which queue or table. The AWS SDK adds it to every client in this JVM, since
 * the file {@code software/amazon/awssdk/global/handlers/execution.interceptors} names it.
 *
 * <p>The program and its tests share the JVM. A call is the program's if, on the stack of its thread, the nearest of our own
 * classes is not a test class. So a call that a test makes with a client of its own does not count, and one that program
 * code makes for a test does.
 */
public final class AwsCallRecorder implements ExecutionInterceptor {

    private static final String OUR_CLASSES = "io.eventdedup.";
    private static final String TEST_CLASSES = "/test-classes/";
    private static final Pattern STATEMENT =
            Pattern.compile("(?is)\\s*(INSERT|UPDATE|DELETE|SELECT)\\b[^\"]*\"([^\"]+)\".*");
    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final Set<AwsCall> CALLS = ConcurrentHashMap.newKeySet();

    /**
     * A call, as IAM sees it.
     *
     * @param action for example {@code sqs:SendMessage}
     * @param resource the name of the queue or table
     */
    public record AwsCall(String action, String resource) {}

    /** What the program has called so far on these resources. */
    public static Set<AwsCall> callsOn(Set<String> resources) {
        return CALLS.stream()
                .filter(call -> resources.contains(call.resource()))
                .collect(Collectors.toSet());
    }

    /** Forgets the calls on these resources: what set them up is not what the program does later. */
    public static void forget(Set<String> resources) {
        CALLS.removeIf(call -> resources.contains(call.resource()));
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        String service = attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME);
        String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
        calls(service, operation, context.request())
                .filter(call -> !CALLS.contains(call))
                .filter(call -> isOfTheProgram())
                .forEach(CALLS::add);
    }

    private static Stream<AwsCall> calls(String service, String operation, SdkRequest request) {
        if (service.equals("Sqs")) {
            // IAM knows no batches in SQS
            return Stream.of(new AwsCall("sqs:" + operation.replaceAll("Batch$", ""), queue(request)));
        }
        if (request instanceof BatchExecuteStatementRequest batch) {
            return batch.statements().stream().map(statement -> partiQl(statement.statement()));
        }
        if (request instanceof BatchGetItemRequest batch) {
            return batch.requestItems().keySet().stream().map(table -> new AwsCall("dynamodb:" + operation, table));
        }
        String table = request.getValueForField("TableName", String.class).orElse("");
        return Stream.of(new AwsCall("dynamodb:" + operation, table));
    }

    private static String queue(SdkRequest request) {
        Optional<String> name = request.getValueForField("QueueName", String.class);
        return name.or(() -> request.getValueForField("QueueUrl", String.class).map(url -> url.replaceAll(".*/", "")))
                .orElse("");
    }

    private static AwsCall partiQl(String text) {
        Matcher statement = STATEMENT.matcher(text);
        if (!statement.matches()) {
            throw new IllegalArgumentException("no PartiQL: " + text);
        }
        String verb = statement.group(1);
        return new AwsCall(
                "dynamodb:PartiQL" + verb.substring(0, 1).toUpperCase()
                        + verb.substring(1).toLowerCase(),
                statement.group(2));
    }

    private static boolean isOfTheProgram() {
        return STACK.walk(frames -> frames.map(StackFrame::getDeclaringClass)
                .filter(type -> type.getName().startsWith(OUR_CLASSES) && type != AwsCallRecorder.class)
                .findFirst()
                .map(type -> !type.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()
                        .endsWith(TEST_CLASSES))
                .orElse(false));
    }
}
