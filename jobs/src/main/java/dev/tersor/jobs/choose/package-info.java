/** The choice of a setting for each layer of a network, from cells that were measured. */
package dev.tersor.jobs.choose;
