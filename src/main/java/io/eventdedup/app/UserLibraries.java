package io.eventdedup.app;

import io.eventdedup.route.ConfigurationException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The user's jars in the folder {@code lib/} of the working directory: further Camel components and their dependencies. The class
 * path in the manifest cannot name them, because it is relative to the jar (JAR File Specification, Class-Path).
 */
final class UserLibraries {

    static final String FOLDER = "lib";

    private UserLibraries() {}

    /**
     * Makes the jars in the folder visible to the calling thread and the threads that it starts. Classes that the process already has
     * take precedence.
     *
     * @throws ConfigurationException if the folder cannot be read
     */
    static void load(Path folder) {
        List<URL> jars = jarsOf(folder);
        if (!jars.isEmpty()) {
            ClassLoader own = UserLibraries.class.getClassLoader();
            // never closed: needed until the process ends
            Thread.currentThread().setContextClassLoader(new URLClassLoader("lib", jars.toArray(URL[]::new), own));
        }
    }

    private static List<URL> jarsOf(Path folder) {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                        .sorted()
                        .toList()) {
                    jars.add(jar.toUri().toURL());
                }
            } catch (IOException unreadable) {
                throw new ConfigurationException(
                        "Cannot read the folder " + folder + ": " + unreadable.getMessage()
                                + "; make it readable for this user",
                        unreadable);
            }
        }
        return jars;
    }
}
