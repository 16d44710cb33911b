package io.eventdedup.route;

import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.DedupSqsConsumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Adds the parts of the route to every Camel context that has this jar on its class path, without changing anything else:
 *
 * <ul>
 *   <li>the beans {@code dedupEvents}, {@code dedupKeys}, {@code dedupRepository}, {@code dedupDeadLetters} and
 *       {@code dedupFailures}, each created when it is looked up by name, and only if no other bean has that name;
 *   <li>the route configuration {@code dedup};
 *   <li>the defaults of the settings {@code dedup.*}, with the lowest priority of all property sources;
 *   <li>the settings of the component {@code dedup-sqs}, when a route uses it.
 * </ul>
 *
 * <p>Camel calls {@link #load} while it builds a context, before there are properties, and swallows its exceptions (Camel's
 * ContextServicePlugin). So it reads no settings and creates no parts.
 */
public final class DedupPlugin implements ContextServicePlugin {

    @Override
    public void load(CamelContext context) {
        DedupParts parts = new DedupParts(context);
        context.getCamelContextExtension().addContextPlugin(DedupParts.class, parts);
        addDefaults(context);
        Registry registry = context.getRegistry();
        bind(registry, parts);
        DedupRouteConfiguration configuration = new DedupRouteConfiguration(parts);
        context.addRoutePolicyFactory(new RouteCheck());
        context.getCamelContextExtension().addInterceptStrategy(new PipelineNodes());
        context.addLifecycleStrategy(new TableChecks());
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextInitializing(CamelContext initializing) {
                // Spring Boot has replaced the properties component
                addDefaults(initializing);
                // new DefaultCamelContext(registry) has replaced the registry
                if (initializing.getRegistry() != registry) {
                    bind(initializing.getRegistry(), parts);
                }
                configuration.addTo(initializing);
                configuration.addToTemplates(initializing);
            }

            @Override
            public void onComponentAdd(String name, Component component) {
                if (component instanceof DedupSqsComponent dedupSqs) {
                    parts.configure(dedupSqs);
                }
            }

            @Override
            public void onServiceAdd(CamelContext starting, Service service, Route route) {
                if (service instanceof DedupSqsConsumer) {
                    parts.monitor().ifPresent(Monitor::showPipelines);
                }
            }
        });
        configuration.addTo(context);
    }

    private static void addDefaults(CamelContext context) {
        DefaultSettings defaults = new DefaultSettings(context);
        if (context.getPropertiesComponent().getPropertiesSource(defaults.getName()) == null) {
            context.getPropertiesComponent().addPropertiesSource(defaults);
        }
    }

    private static void bind(Registry registry, DedupParts parts) {
        bind(registry, "dedupEvents", parts::events);
        bind(registry, "dedupKeys", parts::keys);
        bind(registry, "dedupRepository", parts::repository);
        bind(registry, "dedupDeadLetters", parts::deadLetters);
        bind(registry, "dedupFailures", parts::failures);
    }

    /**
     * Binds a bean by name only: as an Object, it is never found by type, so autowiring ignores it. If another bean with this name is
     * bound later, such as a YAML bean, that bean wins.
     */
    private static void bind(Registry registry, String name, Supplier<Object> ours) {
        registry.bindAsPrototype(name, Object.class, () -> {
            Object theirs = registry instanceof DefaultRegistry all
                    ? all.getFallbackRegistry().lookupByName(name)
                    : null;
            return theirs == null ? ours.get() : theirs;
        });
    }
}
