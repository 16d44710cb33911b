/**
 * The claim store in a DynamoDB table, and Camel's {@code IdempotentRepository} on it: one delivery at a time works on a key, and
 * completed keys are remembered. Start reading at {@link io.eventdedup.dynamodb.DynamoDbIdempotentRepository}.
 */
package io.eventdedup.dynamodb;
