/** The command line of sweep.jar. */
package dev.tersor.jobs.cli;
