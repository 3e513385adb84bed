/** Two states of results side by side: what got larger, worse or slower, and what is missing. */
package dev.tersor.jobs.comparison;
