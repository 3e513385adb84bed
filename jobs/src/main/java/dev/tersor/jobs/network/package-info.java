/** Network files: a checkpoint compressed into one file, and back. */
package dev.tersor.jobs.network;
