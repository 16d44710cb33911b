package io.eventdedup.chaos;

import io.eventdedup.local.EmbeddedAwsExtension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a {@link ProxiedRoute} of their own, closed after the test, and the {@link Report} that all share. */
final class ChaosExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(ChaosExtension.class);
    private static final long SEED = 20_240_229;

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
