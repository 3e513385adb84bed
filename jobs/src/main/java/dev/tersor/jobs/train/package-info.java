/** Training on PyTorch: dense, pruned, with shared weights; the stages of Deep Compression. */
package dev.tersor.jobs.train;
