/** Codebooks compared by their error alone, without any encoding. */
package dev.tersor.jobs.codebooks;
