/** Whole networks as one runtime-accessible sequence each: their bytes, and what reading costs. */
package dev.tersor.jobs.sequence;
