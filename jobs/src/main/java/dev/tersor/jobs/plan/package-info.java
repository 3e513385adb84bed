/** The grid of a sweep: units of work, their cells and keys, and the waves they are done in. */
package dev.tersor.jobs.plan;
