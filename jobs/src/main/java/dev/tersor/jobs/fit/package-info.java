/** What is fitted from weights before cells are computed: hashes, masks and codebooks. */
package dev.tersor.jobs.fit;
