package io.eventdedup.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's route with a user's own steps at the place that its comment names. */
final class RouteVariant {

    private static final String ROUTE = "routes/dedup.camel.yaml";
    private static final String PLACE = 
            "# If a step fails, the event is retried and, after dedup.max-attempts failures, dead-lettered.\n";

    private RouteVariant() {}

    /**
     * Writes the route with these steps into a working directory.
     *
     * @param steps YAML, without indentation
     */
    static void write(Path directory, String steps) {
        try {
            String route = Files.readString(Path.of(ROUTE));
            int place = route.indexOf(PLACE);
            if (place < 0) {
                throw new IllegalStateException(ROUTE + " does not say where a user's steps go");
            }
            int indentation = place - route.lastIndexOf('\n', place) - 1;
            int after = place + PLACE.length();
            Path file = directory.resolve(ROUTE);
            Files.createDirectories(file.getParent());
            Files.writeString(file, route.substring(0, after) + steps.indent(indentation) + route.substring(after));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
