/** The process of its own: start-up, command line and checks. */
package io.eventdedup.app;
