package org.apache.camel.support.processor.idempotent;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.local.EmbeddedAws;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Stands in for Camel's class of this name while Camel's own tests run, so that they test the DynamoDB repository: every
 * instance is a repository with a key prefix of its own in one table.
 *
 * <p>Camel's tests override the methods without an exchange, so the others go through them and bring the exchange along.
 */
public class MemoryIdempotentRepository extends ServiceSupport implements IdempotentRepository, CamelContextAware {

    private static final String TABLE = "CamelTests";

    private final String prefix = UUID.randomUUID() + "/";
    private final DynamoDbIdempotentRepository delegate = new DynamoDbIdempotentRepository(Shared.CLIENT, TABLE);
    private final ThreadLocal<Exchange> exchange = new ThreadLocal<>();

    /** One embedded AWS for the JVM; its threads are daemons or end with it. */
    private static final class Shared {
        static final DynamoDbClient CLIENT = EmbeddedAws.start().dynamoDbClient();
    }

    public MemoryIdempotentRepository() {
        delegate.setKeyPrefix(prefix);
        delegate.setCreateTable(true);
        delegate.setAllowClear(true);
    }

    public static IdempotentRepository memoryIdempotentRepository() {
        return new MemoryIdempotentRepository();
    }

    public static IdempotentRepository memoryIdempotentRepository(int cacheSize) {
        return new MemoryIdempotentRepository();
    }

    public static IdempotentRepository memoryIdempotentRepository(Map<String, Object> cache) {
        return new MemoryIdempotentRepository();
    }

    @Override
    public boolean add(Exchange current, String key) {
        return with(current, () -> add(key));
    }

    @Override
    public boolean add(String key) {
        return exchange.get() == null ? started().add(key) : started().add(exchange.get(), key);
    }

    @Override
    public boolean contains(Exchange current, String key) {
        return with(current, () -> contains(key));
    }

    @Override
    public boolean contains(String key) {
        return exchange.get() == null ? started().contains(key) : started().contains(exchange.get(), key);
    }

    @Override
    public boolean remove(Exchange current, String key) {
        return with(current, () -> remove(key));
    }

    @Override
    public boolean remove(String key) {
        return exchange.get() == null ? started().remove(key) : started().remove(exchange.get(), key);
    }

    @Override
    public boolean confirm(Exchange current, String key) {
        return with(current, () -> confirm(key));
    }

    @Override
    public boolean confirm(String key) {
        return exchange.get() == null ? started().confirm(key) : started().confirm(exchange.get(), key);
    }

    @Override
    public void clear() {
        started().clear();
    }

    /** The number of keys in the table. */
    public int getCacheSize() {
        return Shared.CLIENT
                .scan(scan -> scan.tableName(TABLE)
                        .select(Select.COUNT)
                        .filterExpression("begins_with(eventHash, :prefix)")
                        .expressionAttributeValues(Map.of(":prefix", AttributeValue.fromS(prefix))))
                .count();
    }

    public void setCacheSize(int cacheSize) {}

    @Override
    public CamelContext getCamelContext() {
        return delegate.getCamelContext();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        delegate.setCamelContext(camelContext);
    }

    @Override
    protected void doStart() {
        started();
    }

    @Override
    protected void doStop() {
        delegate.stop();
    }

    @Override
    protected void doShutdown() {
        delegate.shutdown();
    }

    /** Camel's class works without being started, and some tests do not start it. */
    private DynamoDbIdempotentRepository started() {
        if (!delegate.isStarted()) {
            delegate.start();
        }
        return delegate;
    }

    private boolean with(Exchange current, Supplier<Boolean> call) {
        exchange.set(current);
        try {
            return call.get();
        } finally {
            exchange.remove();
        }
    }
}
