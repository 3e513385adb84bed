/** What a network with given weights computes: accuracy on labelled images. */
package dev.tersor.jobs.inference;
