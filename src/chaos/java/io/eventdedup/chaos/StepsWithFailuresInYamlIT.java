package io.eventdedup.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same facts with the handling of failures that src/docs/failures.md gives to those who want to edit it. */
class StepsWithFailuresInYamlIT extends StepsIT {

    private static final Pattern YAML = Pattern.compile("```yaml\n(- routeConfiguration:.*?)```", Pattern.DOTALL);

    @Override
    String configuration() {
        return "my-failures";
    }

    @Override
    String configurationText() throws IOException {
        Matcher documented = YAML.matcher(Files.readString(Path.of("src/docs/failures.md")));
        if (!documented.find()) {
            throw new IllegalStateException("src/docs/failures.md shows no routeConfiguration");
        }
        return documented.group(1);
    }
}
