/** The parts that the route's YAML names: settings, what becomes of a failure, and the count of what became of each event. */
package io.eventdedup.route;
