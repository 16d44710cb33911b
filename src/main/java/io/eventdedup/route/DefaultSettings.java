package io.eventdedup.route;

import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.component.properties.DefaultPropertiesParser;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.spi.PropertiesSource;

/**
 * The defaults of the settings, for placeholders such as {@code {{dedup.table}}}. Every other source has priority: Camel asks this one last
 * of all property sources, and this one first asks those that Camel would ask after it (initial properties and Spring's environment).
 */
final class DefaultSettings implements PropertiesSource, Ordered {

    private final CamelContext context;
    private final Properties defaults = Settings.packaged();

    DefaultSettings(CamelContext context) {
        this.context = context;
    }

    @Override
    public String getName() {
        return "event-dedup";
    }

    @Override
    public String getProperty(String name) {
        if (!name.startsWith(Settings.PREFIX)) {
            return null;
        }
        if (context.getPropertiesComponent() instanceof PropertiesComponent component) {
            Properties initial = component.getInitialProperties();
            if (initial != null && initial.getProperty(name) != null) {
                return initial.getProperty(name);
            }
            if (component.getPropertiesParser() instanceof DefaultPropertiesParser parser) {
                String ofTheRuntime = parser.customLookup(name);
                if (ofTheRuntime != null) {
                    return ofTheRuntime;
                }
            }
        }
        return defaults.getProperty(name);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST;
    }
}
