package orders;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Ten copies of one order. */
public class Orders extends RouteBuilder {

    public static void main(String[] arguments) throws Exception {
        DynamoDbIdempotentRepository seen = new DynamoDbIdempotentRepository();
        seen.setTable("SeenOrders");
        seen.setWindow(Duration.ofHours(24));

        Main main = new Main();
        main.bind("seen", seen);
        main.configure().addRoutesBuilder(new Orders());
        main.run(arguments);
    }

    @Override
    public void configure() {
        from("timer:orders?period=100&repeatCount=10&includeMetadata=true").routeId("orders")
                .setHeader("orderId", constant("4711"))
                .idempotentConsumer(header("orderId")).idempotentRepository("seen")
                .log("A new order in {{camel.main.name}}")
                .end()
                .filter(exchangeProperty("CamelTimerCounter").isEqualTo(10))
                .log("All orders have come");
    }
}
