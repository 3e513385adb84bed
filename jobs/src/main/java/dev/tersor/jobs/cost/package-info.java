/** The cost model: nanoseconds a weight, from measured units. */
package dev.tersor.jobs.cost;
