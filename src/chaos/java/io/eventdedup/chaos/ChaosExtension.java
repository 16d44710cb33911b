package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.local.EmbeddedAwsExtension;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link ProxiedRoute} of their own, closed after the test, and the {@link Report} that all share. A class fails if
 * content of an event was logged meanwhile.
 */
final class ChaosExtension implements ParameterResolver, BeforeAllCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(ChaosExtension.class);
    private static final long SEED = 20_240_229;

    @Override
    public void beforeAll(ExtensionContext context) {
        log(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(log(context).found()).as("logged content of events").isEmpty();
    }

    private static ContentInLog log(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(ContentInLog.class, type -> ContentInLog.search(), ContentInLog.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ProxiedRoute.class || type == Report.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == Report.class) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(Report.class, type -> new Report(), Report.class);
        }
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        ProxiedRoute.class,
                        type -> new ProxiedRoute(EmbeddedAwsExtension.shared(context), SEED),
                        ProxiedRoute.class);
    }
}
