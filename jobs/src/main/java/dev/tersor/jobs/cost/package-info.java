/** The cost model: times of published or own cells, fitted by non-negative least squares. */
package dev.tersor.jobs.cost;
