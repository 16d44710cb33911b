package estate;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** Prints its meters. One of its routes has a table that does not exist. */
public class Estate {

    public static void main(String[] arguments) throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        DynamoDbIdempotentRepository late = new DynamoDbIdempotentRepository();
        late.setTable("NotThereYet");

        Main main = new Main(Estate.class);
        main.bind("meters", meters);
        main.bind("late", late);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started) {
                System.out.println("Meters: " + meters.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toCollection(TreeSet::new)));
            }
        });
        main.run(arguments);
    }
}
