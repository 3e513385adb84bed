/** Tensors in Spark SQL: data sources of checkpoints, network files and results, and functions. */
package dev.tersor.jobs.sql;
