package io.eventdedup.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.eventdedup.local.AwsCallRecorder.AwsCall;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The CloudFormation template, read. Jackson drops the tags, so {@code !GetAtt InputQueue.Arn} is the text after it. */
final class AwsTemplate {

    private static final Path FILE = Path.of("src/deploy/aws/event-dedup.yaml");

    private final String text;
    private final JsonNode root;

    private AwsTemplate(String text) throws IOException {
        this.text = text;
        this.root = new YAMLMapper().readTree(text);
    }

    static AwsTemplate read() {
        try {
            return new AwsTemplate(Files.readString(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String parameterDefault(String name) {
        return root.at("/Parameters/" + name + "/Default").asText();
    }

    /** Properties of a resource. */
    JsonNode properties(String resource) {
        return root.at("/Resources/" + resource + "/Properties");
    }

    /** What the policy allows; the resources are those of the template, for example {@code InputQueue}. */
    Set<AwsCall> allowed() {
        Set<AwsCall> allowed = new HashSet<>();
        for (JsonNode statement : properties("Permissions").at("/PolicyDocument/Statement")) {
            for (String action : texts(statement.get("Action"))) {
                for (String arn : texts(statement.get("Resource"))) {
                    allowed.add(new AwsCall(action, arn.replace(".Arn", "")));
                }
            }
        }
        return allowed;
    }

    private static List<String> texts(JsonNode oneOrMany) {
        if (!oneOrMany.isArray()) {
            return List.of(oneOrMany.asText());
        }
        List<String> texts = new ArrayList<>();
        oneOrMany.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    /** Names of parameters and resources. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        root.get("Parameters").fieldNames().forEachRemaining(names::add);
        root.get("Resources").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Names that {@code !Ref} and {@code !GetAtt} use, without those of AWS itself. */
    Set<String> references() {
        Set<String> references = new TreeSet<>();
        collect(new Yaml(new LoaderOptions()).compose(new StringReader(text)), references);
        references.removeIf(name -> name.startsWith("AWS::"));
        return references;
    }

    private static void collect(Node node, Set<String> references) {
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(entry -> collect(entry.getValueNode(), references));
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(element -> collect(element, references));
        } else if (node instanceof ScalarNode scalar) {
            switch (scalar.getTag().getValue()) {
                case "!Ref" -> references.add(scalar.getValue());
                case "!GetAtt" -> references.add(scalar.getValue().replaceAll("\\..*", ""));
                default -> {
                    // a plain value
                }
            }
        }
    }
}
