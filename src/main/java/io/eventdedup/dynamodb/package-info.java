/**
 * Camel's idempotent repository on a DynamoDB table: it lets one delivery of a key work at a time and remembers the keys
 * whose work is done. Start reading at {@link io.eventdedup.dynamodb.DynamoDbIdempotentRepository}.
 */
package io.eventdedup.dynamodb;
