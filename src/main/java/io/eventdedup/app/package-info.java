/** Start-up, command line, checks and metrics: the parts that know all the other packages. */
package io.eventdedup.app;
