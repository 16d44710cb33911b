package io.eventdedup.sqs;

import org.apache.camel.component.aws2.sqs.Sqs2Constants;
import org.apache.camel.spi.Metadata;

/** The headers that a {@code dedup-sqs} endpoint sets, with the same names as in {@code aws2-sqs}. */
public interface DedupSqsHeaders {

    @Metadata(description = "The message id.", javaType = "String")
    String MESSAGE_ID = Sqs2Constants.MESSAGE_ID;

    @Metadata(
            label = "consumer",
            description = "The system attributes of the received message.",
            javaType = "Map<String, String>")
    String ATTRIBUTES = Sqs2Constants.ATTRIBUTES;

    @Metadata(label = "producer", description = "The MD5 checksum of the accepted body.", javaType = "String")
    String MD5_OF_BODY = Sqs2Constants.MD5_OF_BODY;
}
