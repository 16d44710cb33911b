/** Splits a message into its events and computes the key of each. Events with the same key are the same event. */
package io.eventdedup.key;
