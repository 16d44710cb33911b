package io.eventdedup.local;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a parameter of type {@link EmbeddedAws}: one instance for the whole JVM, started by the first test that asks
 * for it. Tests take queues and tables of their own.
 */
public final class EmbeddedAwsExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(EmbeddedAwsExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EmbeddedAws.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context);
    }

    /** The instance that all tests of this JVM share; JUnit closes it after the last of them. */
    public static EmbeddedAws shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(EmbeddedAws.class, type -> EmbeddedAws.start(), EmbeddedAws.class);
    }
}
