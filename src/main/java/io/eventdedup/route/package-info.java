/**
 * The parts that the route's YAML names, found on the class path and made from the settings: events, keys, repository, dead
 * letters, and what becomes of a failure. Start reading at {@link io.eventdedup.route.DedupPlugin}.
 */
package io.eventdedup.route;
