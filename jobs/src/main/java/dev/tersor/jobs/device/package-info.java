/** Instructions that decoding a tensor takes on an emulated board, counted as tasks. */
package dev.tersor.jobs.device;
