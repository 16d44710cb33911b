/** The stand-alone process: startup, command line and checks. */
package io.eventdedup.app;
