/**
 * What the route does with a message besides routing it: keeps it invisible while it is in work, gives it back,
 * dead-letters it, and stops polling while a service is away. Knows SQS and Camel, but neither keys nor claims.
 */
package io.eventdedup.sqs;
