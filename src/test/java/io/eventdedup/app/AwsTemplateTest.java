package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** The CloudFormation templates are whole, and fit the program. */
@ExtendWith(EmbeddedAwsExtension.class)
class AwsTemplateTest {

    /** Required by the page of each type in the CloudFormation template reference; nested ones with a slash. */
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("AWS::SQS::Queue", List.of()),
            Map.entry("AWS::SQS::QueuePolicy", List.of("Queues", "PolicyDocument")),
            Map.entry("AWS::Events::Rule", List.of("Targets/0/Id", "Targets/0/Arn")),
            Map.entry("AWS::DynamoDB::Table", List.of("KeySchema/0/AttributeName", "KeySchema/0/KeyType")),
            Map.entry("AWS::IAM::Role", List.of("AssumeRolePolicyDocument")),
            Map.entry("AWS::IAM::ManagedPolicy", List.of("PolicyDocument")),
            Map.entry(
                    "AWS::EKS::PodIdentityAssociation",
                    List.of("ClusterName", "Namespace", "RoleArn", "ServiceAccount")),
            Map.entry("AWS::CloudWatch::Alarm", List.of("ComparisonOperator", "EvaluationPeriods")),
            Map.entry("AWS::Logs::LogGroup", List.of()),
            Map.entry("AWS::ECS::Cluster", List.of("ClusterSettings/0/Name", "ClusterSettings/0/Value")),
            Map.entry("AWS::EC2::SecurityGroup", List.of("GroupDescription", "SecurityGroupEgress/0/IpProtocol")),
            Map.entry(
                    "AWS::ECS::TaskDefinition",
                    List.of(
                            "ContainerDefinitions/0/Name",
                            "ContainerDefinitions/0/Image",
                            "ContainerDefinitions/0/HealthCheck/Command",
                            "ContainerDefinitions/0/LogConfiguration/LogDriver",
                            // for Fargate
                            "Cpu",
                            "Memory",
                            "NetworkMode",
                            "ExecutionRoleArn")),
            Map.entry(
                    "AWS::ECS::Service",
                    List.of(
                            "TaskDefinition",
                            "NetworkConfiguration/AwsvpcConfiguration/Subnets",
                            "DeploymentConfiguration/DeploymentCircuitBreaker/Enable",
                            "DeploymentConfiguration/DeploymentCircuitBreaker/Rollback")),
            Map.entry(
                    "AWS::ApplicationAutoScaling::ScalableTarget",
                    List.of("MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace")),
            Map.entry(
                    "AWS::ApplicationAutoScaling::ScalingPolicy",
                    List.of(
                            "PolicyName",
                            "PolicyType",
                            "ScalingTargetId",
                            "TargetTrackingScalingPolicyConfiguration/TargetValue",
                            "TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Metrics/0/Id")));

    private final AwsTemplate template = AwsTemplate.eventDedup();
    private final AwsTemplate service = AwsTemplate.service();
    private final Settings defaults = Settings.load(Map.of(), Map.of(), Path.of(""));

    static Stream<AwsTemplate> both() {
        return Stream.of(AwsTemplate.eventDedup(), AwsTemplate.service());
    }

    @ParameterizedTest
    @MethodSource("both")
    void everyNameThatItRefersToIsInIt(AwsTemplate either) {
        assertThat(either.references()).isNotEmpty();
        assertThat(either.names()).containsAll(either.references());
    }

    @ParameterizedTest
    @MethodSource("both")
    void nothingThatAwsRequiresIsMissing(AwsTemplate either) {
        List<String> missing = new ArrayList<>();
        either.resources().forEach((name, resource) -> {
            String type = resource.get("Type").asText();
            assertThat(REQUIRED).containsKey(type);
            REQUIRED.get(type).stream()
                    .filter(property ->
                            either.resource(name).at("/Properties/" + property).isMissingNode())
                    .forEach(property -> missing.add(name + ": " + property));
        });

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("both")
    void itsNamesAreTheDefaultSettings(AwsTemplate either) {
        assertThat(either.parameterDefault("InputQueueName")).isEqualTo(defaults.inputQueue());
        assertThat(either.parameterDefault("OutputQueueName")).isEqualTo(defaults.outputQueue());
        assertThat(either.parameterDefault("DeadLetterQueueName")).isEqualTo(defaults.deadLetterQueue());
        assertThat(either.parameterDefault("TableName")).isEqualTo(defaults.table());
    }

    @Test
    void itsTableIsWhatTheProgramNeeds(EmbeddedAws aws) {
        String name = "template-" + UUID.randomUUID();
        JsonNode table = template.properties("Table");
        JsonNode timeToLive = table.get("TimeToLiveSpecification");
        try (DynamoDbClient client = aws.dynamoDbClient()) {
            client.createTable(create -> create.tableName(name)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(table.at("/AttributeDefinitions/0/AttributeName")
                                    .asText())
                            .attributeType(table.at("/AttributeDefinitions/0/AttributeType")
                                    .asText())
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(
                                    table.at("/KeySchema/0/AttributeName").asText())
                            .keyType(table.at("/KeySchema/0/KeyType").asText())
                            .build())
                    .billingMode(table.get("BillingMode").asText()));
            client.updateTimeToLive(update -> update.tableName(name).timeToLiveSpecification(ttl -> ttl.attributeName(
                            timeToLive.get("AttributeName").asText())
                    .enabled(timeToLive.get("Enabled").asBoolean())));

            assertThat(new ClaimTable(client, name).verify()).isEmpty();
        }
    }

    @Test
    void itsInputQueueLeavesTheAttemptsToTheRoute() {
        JsonNode queue = template.properties("InputQueue");

        assertThat(queue.at("/RedrivePolicy/maxReceiveCount").asInt()).isGreaterThan(defaults.maxAttempts());
        assertThat(queue.get("VisibilityTimeout").asLong())
                .isEqualTo(defaults.visibilityTimeout().toSeconds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Output", "DeadLetter"})
    void aQueueIsFifoWithHighThroughputIfTheParameterSaysSo(String queue) {
        JsonNode standard = template.properties(queue + "Queue");
        JsonNode fifo = template.with(queue + "Fifo", "true").properties(queue + "Queue");

        // FifoQueue: false is no legal value
        assertThat(standard.has("FifoQueue")).isFalse();
        assertThat(standard.get("QueueName").asText()).doesNotEndWith(".fifo");
        assertThat(fifo.get("QueueName").asText()).isEqualTo(template.parameterDefault(queue + "QueueName") + ".fifo");
        assertThat(fifo.get("FifoQueue").asBoolean()).isTrue();
        assertThat(fifo.get("DeduplicationScope").asText()).isEqualTo("messageGroup");
        assertThat(fifo.get("FifoThroughputLimit").asText()).isEqualTo("perMessageGroupId");
    }

    @Test
    void queuesAndTableOutliveTheStack() {
        template.resources().forEach((name, resource) -> {
            if (List.of("AWS::SQS::Queue", "AWS::DynamoDB::Table")
                    .contains(resource.get("Type").asText())) {
                assertThat(resource.path("DeletionPolicy").asText()).as(name).isEqualTo("Retain");
                assertThat(resource.path("UpdateReplacePolicy").asText())
                        .as(name)
                        .isEqualTo("Retain");
            }
        });
    }

    @Test
    void noEventComesBeforeTheQueueLetsItIn() {
        assertThat(template.resource("Rule").get("DependsOn").asText()).isEqualTo("EventBridgeMaySend");
        assertThat(template.with("EventBusName", "aws.partner/genesys.com/x")
                        .properties("EventBridgeMaySend")
                        .at("/PolicyDocument/Statement/0/Condition/ArnLike/aws:SourceArn")
                        .asText())
                .endsWith(":rule/aws.partner/genesys.com/x/*");
    }

    @Test
    void theRoleTrustsPodsOnlyOfTheClusterThatIsNamed() {
        JsonNode withoutCluster = template.properties("Role").at("/AssumeRolePolicyDocument/Statement");
        JsonNode withCluster =
                template.with("EksClusterName", "c").properties("Role").at("/AssumeRolePolicyDocument/Statement");

        assertThat(withoutCluster.findValuesAsText("Service")).containsExactly("ecs-tasks.amazonaws.com");
        assertThat(withCluster.findValuesAsText("Service"))
                .containsExactly("ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com");
        assertThat(withCluster.findValuesAsText("aws:RequestTag/eks-cluster-name"))
                .containsExactly("c");
    }

    @Test
    void theServiceGivesTheDefaultSettings() {
        Map<String, String> environment = new TreeMap<>();
        container()
                .get("Environment")
                .forEach(variable -> environment.put(
                        variable.get("Name").asText(), variable.get("Value").asText()));

        assertThat(environment.remove("AWS_REGION")).isNotNull();
        assertThat(Settings.load(Map.of(), environment, Path.of("")).values()).isEqualTo(defaults.values());
    }

    @Test
    void theServiceIsAskedWhereTheProgramAnswersAndStopsLaterThanIt() {
        String port = defaults.values().get("dedup.http.port");

        assertThat(container().at("/HealthCheck/Command/3").asText())
                .contains("/dev/tcp/127.0.0.1/" + port, "GET /observe/health/live ");
        assertThat(container().at("/PortMappings/0/ContainerPort").asText()).isEqualTo(port);
        assertThat(container().get("StopTimeout").asInt()).isBetween(26, 120);
        assertThat(service.with("ManagementCidr", "10.0.0.0/8")
                        .properties("SecurityGroup")
                        .at("/SecurityGroupIngress/0/FromPort")
                        .asText())
                .isEqualTo(port);
    }

    @Test
    void theServiceScalesOnTheInputQueueForEachTask() throws Exception {
        JsonNode metrics = service.properties("Scaling")
                .at("/TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Metrics");

        assertThat(metrics.get(0).at("/MetricStat/Metric/Dimensions/0"))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"Name\": \"QueueName\", \"Value\": \"%s\"}".formatted(defaults.inputQueue())));
        assertThat(metrics.get(2).get("Expression").asText())
                .isEqualTo("%s / %s"
                        .formatted(
                                metrics.get(0).get("Id").asText(),
                                metrics.get(1).get("Id").asText()));
        assertThat(metrics.findValuesAsText("ReturnData")).containsExactly("false", "false", "true");
    }

    @Test
    void tasksHaveNoPublicAddressAndNoWritableRoot() {
        assertThat(service.properties("Service")
                        .at("/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp")
                        .asText())
                .isEqualTo("DISABLED");
        assertThat(container().get("ReadonlyRootFilesystem").asBoolean()).isTrue();
    }

    private JsonNode container() {
        return service.properties("TaskDefinition").at("/ContainerDefinitions/0");
    }
}
