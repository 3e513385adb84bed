/** The result tables: their columns, and the folder that holds them, written wave by wave. */
package dev.tersor.jobs.table;
