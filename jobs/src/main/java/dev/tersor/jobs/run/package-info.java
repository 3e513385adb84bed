/** The sweep as Spark jobs: scan, fit, compute the cells of a unit, commit wave by wave. */
package dev.tersor.jobs.run;
