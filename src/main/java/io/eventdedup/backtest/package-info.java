/**
 * What the key rules would do to recorded traffic: what they drop and pass, where a rule looks too coarse or too fine, and
 * what a change of them changes. It streams: of each event that would be forwarded it keeps a number for every field, no
 * text. Knows the rules and JSON, nothing of queues and tables.
 */
package io.eventdedup.backtest;
