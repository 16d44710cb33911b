/** Event in, key out: which events a message holds, and which of them are the same. */
package io.eventdedup.key;
