/**
 * Data sets of images: descriptions, the sources that bring them, their folder in the cache, and
 * reading them from there. Nothing here starts Spark.
 */
package dev.tersor.jobs.data;
