/** The sweep as Spark jobs: the cells of each unit, published wave by wave, and their totals. */
package dev.tersor.jobs.sweep;
