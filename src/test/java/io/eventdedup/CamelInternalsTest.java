package io.eventdedup;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** src/docs/develop.md lists what of Camel's internals is used; src/docs/estates.md lists the estates. */
class CamelInternalsTest {

    private static final String CAMEL = "org.apache.camel.";

    /** Camel's packages that are no API for others. */
    private static final List<String> INTERNAL = List.of("impl.", "component.", "processor.", "reifier.", "engine.");

    @Test
    void everyInternalClassThatIsUsedIsListed() throws IOException {
        String listed = Files.readString(Path.of("src/docs/develop.md"));

        assertThat(used()).isNotEmpty().allMatch(name -> listed.contains("`" + name + "`"));
    }

    @Test
    void everyEstateIsListed() throws IOException {
        String listed = Files.readString(Path.of("src/docs/estates.md"));
        try (Stream<Path> directories = Files.list(Path.of("src/it"))) {
            List<String> estates = directories
                    .filter(directory -> Files.exists(directory.resolve("pom.xml")))
                    .map(directory -> "`src/it/" + directory.getFileName() + "`")
                    .toList();

            assertThat(estates).isNotEmpty().allMatch(listed::contains);
        }
    }

    private static Set<String> used() {
        JavaClasses ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.eventdedup");
        return ours.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(type ->
                        INTERNAL.stream().anyMatch(part -> type.getName().startsWith(CAMEL + part)))
                .map(type -> type.getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
