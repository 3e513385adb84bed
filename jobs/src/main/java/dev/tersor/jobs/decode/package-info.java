/** Stored containers decoded again: one tensor as a file, or all of them verified. */
package dev.tersor.jobs.decode;
