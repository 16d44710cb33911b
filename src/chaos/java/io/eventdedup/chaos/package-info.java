/** What the route promises, kept while processes die, services fail, and what comes in is hostile. */
package io.eventdedup.chaos;
