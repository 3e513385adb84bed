/**
 * Where weights come from: model descriptions, checkpoints on any Hadoop file system, downloads and
 * their cache. The driver reads headers only; tasks read their byte ranges.
 */
package dev.tersor.jobs.source;
