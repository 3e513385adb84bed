/** The accuracy of pruned and quantised networks, as Spark tasks. */
package dev.tersor.jobs.evaluate;
