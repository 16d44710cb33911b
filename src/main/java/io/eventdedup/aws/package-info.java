/**
 * What calls to SQS and to DynamoDB share: those made at the same time are merged into batched requests; besides, their time
 * limits, back-off and error codes, the threads in the background, and how a log shows a key. Knows neither SQS nor DynamoDB.
 */
package io.eventdedup.aws;
