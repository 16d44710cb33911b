package io.eventdedup.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventdedup.local.AwsCallRecorder.AwsCall;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A CloudFormation template: its text as JSON, with {@code !Ref X} as {@code {"Ref": "X"}}, and its resources as they become
 * with given parameters. Knows the intrinsic functions that our templates use, and no others.
 */
final class AwsTemplate {

    private static final String DIRECTORY = "src/deploy/aws";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}!]+)}");

    private final JsonNode root;
    private final Map<String, String> parameters;

    private AwsTemplate(JsonNode root, Map<String, String> parameters) {
        this.root = root;
        this.parameters = parameters;
    }

    /** Queues, table, role. */
    static AwsTemplate eventDedup() {
        return read("event-dedup.yaml");
    }

    /** The service on ECS. */
    static AwsTemplate service() {
        return read("service.yaml");
    }

    private static AwsTemplate read(String file) {
        try {
            String text = Files.readString(Path.of(DIRECTORY, file));
            return new AwsTemplate(json(new Yaml(new LoaderOptions()).compose(new StringReader(text))), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with a parameter that is not its default. */
    AwsTemplate with(String parameter, String value) {
        if (!root.get("Parameters").has(parameter)) {
            throw new IllegalArgumentException("no parameter " + parameter);
        }
        Map<String, String> more = new TreeMap<>(parameters);
        more.put(parameter, value);
        return new AwsTemplate(root, more);
    }

    String parameterDefault(String name) {
        return root.at("/Parameters/" + name + "/Default").asText();
    }

    /** Names and definitions, with the functions in them. */
    Map<String, JsonNode> resources() {
        Map<String, JsonNode> resources = new TreeMap<>();
        root.get("Resources").properties().forEach(field -> resources.put(field.getKey(), field.getValue()));
        return resources;
    }

    /** A resource as it becomes: what depends on parameters is decided, an attribute of X is the text {@code X.Arn}. */
    JsonNode resource(String name) {
        return resolve(root.get("Resources").get(name));
    }

    JsonNode properties(String resource) {
        return resource(resource).get("Properties");
    }

    /** What a policy allows; the resources are those of the template, for example {@code InputQueue}. */
    Set<AwsCall> allowed(String policy) {
        String table = ":table/" + parameterDefault("TableName");
        Set<AwsCall> allowed = new HashSet<>();
        for (JsonNode statement : properties(policy).at("/PolicyDocument/Statement")) {
            for (String action : texts(statement.get("Action"))) {
                for (String arn : texts(statement.get("Resource"))) {
                    allowed.add(new AwsCall(action, arn.endsWith(table) ? "Table" : arn.replace(".Arn", "")));
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

    /** Names of parameters, conditions and resources. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (String part : List.of("Parameters", "Conditions", "Resources")) {
            root.get(part).fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    /** Names that functions, conditions and {@code DependsOn} use, without those of AWS itself. */
    Set<String> references() {
        Set<String> references = new TreeSet<>();
        collect(root, references);
        references.removeIf(name -> name.startsWith("AWS::"));
        return references;
    }

    private static void collect(JsonNode node, Set<String> references) {
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "Ref", "DependsOn" -> references.add(value.asText());
                case "Fn::GetAtt" -> references.add(value.asText().replaceAll("\\..*", ""));
                case "Fn::If" -> references.add(value.get(0).asText());
                case "Fn::Sub" ->
                    PLACEHOLDER
                            .matcher(value.asText())
                            .results()
                            .forEach(placeholder ->
                                    references.add(placeholder.group(1).replaceAll("\\..*", "")));
                case "Condition" -> {
                    // in a policy it is an object
                    if (value.isTextual()) {
                        references.add(value.asText());
                    }
                }
                default -> {
                    // a plain value
                }
            }
        });
        node.forEach(child -> collect(child, references));
    }

    private JsonNode resolve(JsonNode node) {
        if (node.isArray()) {
            ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> {
                JsonNode value = resolve(element);
                if (!value.isMissingNode()) {
                    resolved.add(value);
                }
            });
            return resolved;
        }
        if (!node.isObject()) {
            return node;
        }
        if (node.size() == 1) {
            JsonNode argument = node.elements().next();
            switch (node.fieldNames().next()) {
                case "Ref" -> {
                    return reference(argument.asText());
                }
                case "Fn::GetAtt" -> {
                    return argument;
                }
                case "Fn::Sub" -> {
                    return JsonNodeFactory.instance.textNode(PLACEHOLDER
                            .matcher(argument.asText())
                            .replaceAll(found -> Matcher.quoteReplacement(
                                    reference(found.group(1)).asText())));
                }
                case "Fn::If" -> {
                    return resolve(
                            holds(root.get("Conditions").get(argument.get(0).asText()))
                                    ? argument.get(1)
                                    : argument.get(2));
                }
                default -> {
                    // an object with one field
                }
            }
        }
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        node.properties().forEach(field -> {
            JsonNode value = resolve(field.getValue());
            if (!value.isMissingNode()) {
                resolved.set(field.getKey(), value);
            }
        });
        return resolved;
    }

    /** {@code AWS::NoValue} is missing; a resource and what AWS knows are their names. */
    private JsonNode reference(String name) {
        if (name.equals("AWS::NoValue")) {
            return JsonNodeFactory.instance.missingNode();
        }
        JsonNode parameter = root.get("Parameters").get(name);
        return JsonNodeFactory.instance.textNode(
                parameter == null
                        ? name
                        : parameters.getOrDefault(
                                name, parameter.path("Default").asText()));
    }

    private boolean holds(JsonNode condition) {
        JsonNode arguments = condition.elements().next();
        return switch (condition.fieldNames().next()) {
            case "Fn::Equals" ->
                resolve(arguments.get(0)).asText().equals(arguments.get(1).asText());
            case "Fn::Not" -> !holds(arguments.get(0));
            default -> throw new IllegalArgumentException("unknown function in a condition: " + condition);
        };
    }

    private static JsonNode json(Node node) {
        JsonNode value = value(node);
        String tag = node.getTag().getValue();
        if (!tag.startsWith("!")) {
            return value;
        }
        String function = tag.substring(1);
        return JsonNodeFactory.instance.objectNode().set(function.equals("Ref") ? function : "Fn::" + function, value);
    }

    private static JsonNode value(Node node) {
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            mapping.getValue()
                    .forEach(entry ->
                            object.set(((ScalarNode) entry.getKeyNode()).getValue(), json(entry.getValueNode())));
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            sequence.getValue().forEach(element -> array.add(json(element)));
            return array;
        }
        ScalarNode scalar = (ScalarNode) node;
        if (scalar.getTag().equals(Tag.INT)) {
            return JsonNodeFactory.instance.numberNode(Long.valueOf(scalar.getValue()));
        }
        return scalar.getTag().equals(Tag.BOOL)
                ? JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(scalar.getValue()))
                : JsonNodeFactory.instance.textNode(scalar.getValue());
    }
}
