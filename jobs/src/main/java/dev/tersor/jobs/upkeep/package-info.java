/** Upkeep of tables: compaction of small files, and expiry of old runs. */
package dev.tersor.jobs.upkeep;
