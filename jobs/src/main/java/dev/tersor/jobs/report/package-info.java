/** What a person reads: plans, tables and figures on the console. */
package dev.tersor.jobs.report;
