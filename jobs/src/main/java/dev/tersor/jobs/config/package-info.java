/** What a sweep is asked to do: defaults, a HOCON file and flags as one checked record. */
package dev.tersor.jobs.config;
