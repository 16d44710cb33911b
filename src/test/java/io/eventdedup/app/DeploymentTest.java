package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.eventdedup.route.DedupMeter;
import io.eventdedup.route.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** The Grafana dashboard, the alert rules and the Kubernetes manifests fit the program. */
class DeploymentTest {

    private static final Pattern METRIC = Pattern.compile("\\bdedup_\\w+");
    private static final Pattern PARAMETER = Pattern.compile("(?<![-\\w])(?!Parameter)((?:[A-Z][a-z]+)+)=[\\w\"$]");

    private final Settings defaults = Settings.load(Map.of(), Map.of(), Path.of(""));

    @Test
    void theDashboardShowsEveryMeterAndNoMetricThatIsNotThere() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("src/deploy/grafana/event-dedup.json").toFile());
        Set<String> shown = metrics(String.join("\n", dashboard.findValuesAsText("expr")));

        assertThat(shown).isSubsetOf(MetricNames.ALL);
        assertThat(DedupMeter.values())
                .allMatch(meter -> MetricNames.of(meter).stream().anyMatch(shown::contains));
    }

    @Test
    void theAlertRulesAskForMetricsThatThereAre() throws IOException {
        String rules = Files.readString(Path.of("src/deploy/prometheus/event-dedup.rules.yaml"));

        assertThat(metrics(rules)).isNotEmpty().isSubsetOf(MetricNames.ALL);
    }

    /** One row for each meter, with its tags and its meaning. */
    @Test
    void thePageOnOperationHasTheMetersThatThereAre() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("src/docs/operations.md")).stream()
                .filter(line -> line.startsWith("| `dedup"))
                .toList();

        assertThat(rows).hasSameSizeAs(DedupMeter.values());
        for (DedupMeter meter : DedupMeter.values()) {
            String tags = meter.tags().isEmpty() ? "" : "{" + String.join(", ", meter.tags()) + "}";
            String name = MetricNames.of(meter).stream()
                    .sorted()
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("_seconds_(bucket|count)$", "_seconds");
            assertThat(rows).anyMatch(row -> row.startsWith("| `" + name + tags + "` | " + meter.meaning()));
        }
    }

    /** Where there is a promtool; the build installs it if it can. */
    @Test
    void theAlertRulesFireWhenTheyShould() throws Exception {
        for (String command : List.of("check rules event-dedup.rules.yaml", "test rules event-dedup.rules.test.yaml")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.add(0, "promtool");
            ProcessBuilder promtool = new ProcessBuilder(words)
                    .directory(new File("src/deploy/prometheus"))
                    .redirectErrorStream(true);
            Process process;
            try {
                process = promtool.start();
            } catch (IOException e) {
                throw new TestAbortedException("there is no promtool, so the alert rules are not tested", e);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        }
    }

    private static Set<String> metrics(String text) {
        TreeSet<String> names = new TreeSet<>();
        Matcher metric = METRIC.matcher(text);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }

    @Test
    void theManifestGivesTheDefaultSettings() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        container()
                .get("env")
                .forEach(variable -> environment.put(
                        variable.get("name").asText(), variable.get("value").asText()));
        environment.remove("AWS_REGION");

        assertThat(Settings.load(Map.of(), environment, Path.of("")).values()).isEqualTo(defaults.values());
    }

    @Test
    void theManifestsProbesAskWhatTheProgramAnswers() throws IOException {
        JsonNode container = container();

        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/observe/health/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/observe/health/ready");
        assertThat(container.at("/ports/0/containerPort").asText())
                .isEqualTo(defaults.values().get("dedup.http.port"));
    }

    @Test
    void theScalerLooksAtTheInputQueue() throws IOException {
        JsonNode trigger = manifest("ScaledObject").at("/spec/triggers/0");

        assertThat(trigger.at("/metadata/queueURL").asText()).isEqualTo(defaults.inputQueue());
        assertThat(trigger.at("/metadata/queueLength").asText())
                .isEqualTo(AwsTemplate.service().parameterDefault("BacklogPerTask"));
        assertThat(trigger.at("/authenticationRef/name"))
                .isEqualTo(manifest("TriggerAuthentication").at("/metadata/name"));
        assertThat(manifest("ScaledObject").at("/spec/scaleTargetRef/name"))
                .isEqualTo(manifest("Deployment").at("/metadata/name"));
    }

    @Test
    void theServiceAccountIsTheOneThatGetsTheRole() throws IOException {
        assertThat(manifest("ServiceAccount").at("/metadata/name").asText())
                .isEqualTo(manifest("Deployment")
                        .at("/spec/template/spec/serviceAccountName")
                        .asText())
                .isEqualTo(AwsTemplate.eventDedup().parameterDefault("EksServiceAccount"));
    }

    /** A selector that finds no pod is no error to Kubernetes. */
    @Test
    void everySelectorFindsThePods() throws IOException {
        JsonNode labels = manifest("Deployment").at("/spec/template/metadata/labels");
        JsonNode pod = manifest("Deployment").at("/spec/template/spec");

        assertThat(manifest("Deployment").at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(manifest("PodDisruptionBudget").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        assertThat(manifest("NetworkPolicy").at("/spec/podSelector/matchLabels"))
                .isEqualTo(labels);
        assertThat(pod.get("topologySpreadConstraints").findValues("matchLabels"))
                .hasSize(2)
                .containsOnly(labels);
    }

    @Test
    void theNetworkPolicyOpensTheManagementPortAlone() throws IOException {
        assertThat(manifest("NetworkPolicy").at("/spec/ingress").findValuesAsText("port"))
                .containsExactly(defaults.values().get("dedup.http.port"));
    }

    @Test
    void thePageOnDeployingNamesParametersThatThereAre() throws IOException {
        Set<String> parameters = new TreeSet<>();
        parameters.addAll(AwsTemplate.eventDedup().names());
        parameters.addAll(AwsTemplate.service().names());
        TreeSet<String> named = new TreeSet<>();
        Matcher parameter = PARAMETER.matcher(Files.readString(Path.of("src/docs/deploy.md")));
        while (parameter.find()) {
            named.add(parameter.group(1));
        }

        assertThat(named).contains("EventBusName", "TaskRoleArn", "SubnetIds").isSubsetOf(parameters);
    }

    @Test
    void podsEndAfterTheProgram() throws IOException {
        assertThat(manifest("Deployment")
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asInt())
                .isGreaterThan(25);
    }

    private static JsonNode container() throws IOException {
        return manifest("Deployment").at("/spec/template/spec/containers/0");
    }

    /** From either file. */
    private static JsonNode manifest(String kind) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String file : List.of("event-dedup.yaml", "keda.yaml")) {
            try (MappingIterator<JsonNode> documents = new YAMLMapper()
                    .readerFor(JsonNode.class)
                    .readValues(Path.of("src/deploy/kubernetes", file).toFile())) {
                all.addAll(documents.readAll());
            }
        }
        return all.stream()
                .filter(document -> document.get("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
