package io.eventdedup.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/**
 * An application of somebody else, in this JVM: camel-main with the shipped route, started by itself, and whatever beans and
 * properties the application has.
 */
final class GuestEstate implements AutoCloseable {

    private final Main main = new Main();
    private final Map<String, String> properties = new LinkedHashMap<>();

    /** With the queues and the table of a fixture. */
    GuestEstate(RouteFixture fixture) {
        main.configure().withRoutesIncludePattern("file:routes/dedup.camel.yaml");
        properties.put("camel.main.name", "guest");
        fixture.settings().forEach((name, value) -> {
            if (!name.equals("dedup.http.port")) {
                properties.put(name, value);
            }
        });
    }

    GuestEstate withBean(String name, Object bean) {
        main.bind(name, bean);
        return this;
    }

    GuestEstate with(String property, String value) {
        properties.put(property, value);
        return this;
    }

    GuestEstate withRoutes(String pattern) {
        main.configure().withRoutesIncludePattern(pattern);
        return this;
    }

    /** Fails as the application fails. */
    GuestEstate start() {
        properties.forEach(main::addProperty);
        try {
            main.start();
        } catch (RuntimeException failure) {
            main.stop();
            throw failure;
        }
        return this;
    }

    boolean isStarted(String route) {
        return context().getRouteController().getRouteStatus(route).isStarted();
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }
}
