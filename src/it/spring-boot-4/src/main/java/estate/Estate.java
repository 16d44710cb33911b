package estate;

import java.net.URI;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** An estate with AWS clients of its own, where the AWS SDK's default chains find something else. */
@SpringBootApplication
public class Estate {

    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    public static void main(String[] arguments) {
        SpringApplication.run(Estate.class, arguments);
    }

    @Bean
    SqsClient sqsClient() {
        return SqsClient.builder()
                .credentialsProvider(CREDENTIALS)
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(URI.create(System.getenv("ESTATE_SQS")))
                .build();
    }

    @Bean
    DynamoDbClient dynamoDbClient() {
        return DynamoDbClient.builder()
                .credentialsProvider(CREDENTIALS)
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(URI.create(System.getenv("ESTATE_DYNAMODB")))
                .build();
    }
}
