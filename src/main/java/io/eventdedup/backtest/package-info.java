/**
 * Runs the key rules on recorded traffic: which events they would drop and forward, which rules look too coarse or too fine, and
 * what a change to the rules would change. The recording is streamed: for each event that would be forwarded only a number per
 * field is kept, no text. Depends on the rules and JSON, not on queues or tables.
 */
package io.eventdedup.backtest;
