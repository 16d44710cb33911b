/**
 * What calls to SQS and DynamoDB share: finding the client ({@link io.eventdedup.aws.ClientLookup}), time limits and settings of a
 * request, classifying failures ({@link io.eventdedup.aws.AwsFailure}), and merging concurrent calls into one request
 * ({@link io.eventdedup.aws.Merger}). Depends on neither service.
 */
package io.eventdedup.aws;
