/** Merges calls that are made at the same time into batched requests. Knows neither SQS nor DynamoDB. */
package io.eventdedup.merge;
