package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The repository in the applications that src/docs/repository.md shows, which are compiled and run here as they stand there. */
@ExtendWith(EmbeddedAwsExtension.class)
class RepositorySnippetsTest {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS_NAME = Pattern.compile("public class (\\w+)");

    @TempDir
    Path directory;

    @BeforeEach
    void createTable(EmbeddedAws aws) {
        aws.useAsDefaultOfTheSdk();
        try (DynamoDbClient client = aws.dynamoDbClient()) {
            new ClaimTable(client, "SeenOrders").createIfMissing();
        }
    }

    @Test
    void theRepositoryWorksInAPlainCamelApplication() throws Exception {
        try (URLClassLoader snippet = compiled("OrdersMain")) {
            Method application = snippet.loadClass("orders.OrdersMain").getDeclaredMethod("application");
            application.setAccessible(true);
            Main main = (Main) application.invoke(null);
            main.start();
            try {
                assertThatAnOrderComesThroughOnce(main.getCamelContext());
            } finally {
                main.stop();
            }
        }
    }

    @Test
    void theRepositoryWorksInSpringBoot() throws Exception {
        // the logging of the tests stays as it is
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        try (URLClassLoader snippet = compiled("OrdersApplication")) {
            Thread.currentThread().setContextClassLoader(snippet);
            SpringApplication application = new SpringApplication(snippet.loadClass("orders.OrdersApplication"));
            application.setBannerMode(Banner.Mode.OFF);
            application.setLogStartupInfo(false);
            try (ConfigurableApplicationContext spring = application.run()) {
                assertThatAnOrderComesThroughOnce(spring.getBean(CamelContext.class));
            }
        } finally {
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
            System.clearProperty("org.springframework.boot.logging.LoggingSystem");
        }
    }

    private static void assertThatAnOrderComesThroughOnce(CamelContext context) throws Exception {
        AtomicInteger newOrders = new AtomicInteger();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:new-orders").process(order -> newOrders.incrementAndGet());
            }
        });
        String orderId = UUID.randomUUID().toString();
        for (int i = 0; i < 3; i++) {
            context.createFluentProducerTemplate()
                    .to("direct:orders")
                    .withHeader("orderId", orderId)
                    .request();
        }

        assertThat(newOrders).hasValue(1);
    }

    private URLClassLoader compiled(String className) throws IOException {
        Path source = Files.writeString(directory.resolve(className + ".java"), snippet(className));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-parameters",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.toString(),
                        source.toString());
        assertThat(result).isZero();
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    private static String snippet(String className) throws IOException {
        Matcher blocks = JAVA.matcher(Files.readString(Path.of("src/docs/repository.md")));
        while (blocks.find()) {
            Matcher name = CLASS_NAME.matcher(blocks.group(1));
            if (name.find() && name.group(1).equals(className)) {
                return blocks.group(1);
            }
        }
        throw new AssertionError("src/docs/repository.md shows no class " + className);
    }
}
