package estate;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.services.sqs.SqsClient;

/** An estate whose failed messages go to a queue of its own, after redeliveries. */
@SpringBootApplication
public class Estate {

    public static void main(String[] arguments) {
        SpringApplication.run(Estate.class, arguments);
    }

    @Bean
    CamelContextConfiguration errorHandler() {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                DeadLetterChannelDefinition all = new DeadLetterChannelDefinition("aws2-sqs:spring-graveyard");
                all.setRedeliveryPolicy(new RedeliveryPolicyDefinition().maximumRedeliveries(2).redeliveryDelay(10));
                context.getCamelContextExtension().setErrorHandlerFactory(all);
            }

            @Override
            public void afterApplicationStart(CamelContext context) {}
        };
    }

    /** The estate's own, which Camel gives to its component aws2-sqs. */
    @Bean
    SqsClient sqsClient() {
        return SqsClient.create();
    }

    /** The messages of this queue are left to its redrive policy. */
    @Bean
    RouteBuilder other() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("aws2-sqs:spring-other").routeId("other")
                        .log("Received from other")
                        .throwException(new IllegalStateException("cannot be done"));
            }
        };
    }
}
