package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** On Spring Boot, whose properties component comes after this jar's plugin. */
class SettingsOnBootTest {

    @EnableAutoConfiguration
    static class Estate {}

    @Test
    void placeholdersHaveTheDefaultsOfTheSettings() {
        run("--dedup.table={{dedup.input-queue}}-keys", context -> {
            assertThat(context.resolvePropertyPlaceholders("{{dedup.output-queue}}"))
                    .isEqualTo("GenesysProcessedEvents");
            assertThat(context.resolvePropertyPlaceholders("{{dedup.table}}")).isEqualTo("GenesysEvents-keys");
            assertThat(DedupParts.of(context).settings().table()).isEqualTo("GenesysEvents-keys");
        });
    }

    @Test
    void aPlaceholderWithoutAValueIsNoDefault() {
        run("--dedup.table={{env:NOT_SET_HERE}}", context -> assertThatThrownBy(
                        () -> DedupParts.of(context).settings())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("dedup.table cannot be resolved"));
    }

    private static void run(String setting, Consumer<CamelContext> test) {
        SpringApplication application = new SpringApplication(Estate.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        try (ConfigurableApplicationContext estate = application.run(setting)) {
            test.accept(estate.getBean(CamelContext.class));
        }
    }
}
