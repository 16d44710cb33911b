/**
 * The parts that the route's YAML names: events, keys, repository, dead letters and failures. They are found on the class path and created
 * from the settings. Start reading at {@link io.eventdedup.route.DedupPlugin}.
 */
package io.eventdedup.route;
