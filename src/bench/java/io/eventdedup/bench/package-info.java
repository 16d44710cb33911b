/** Measures the route against its alternatives, with the emulators, the route and the measuring in processes of their own. */
package io.eventdedup.bench;
