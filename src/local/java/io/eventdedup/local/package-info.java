/** The embedded AWS that the tests and the local run share, and the local run itself. */
package io.eventdedup.local;
