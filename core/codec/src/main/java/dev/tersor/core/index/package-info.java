/**
 * Index schemes: where the non-zeros of a sparse tensor are, as a few named streams of small
 * integers. A new scheme is one class and one line in {@link dev.tersor.core.index.IndexSchemes}.
 */
package dev.tersor.core.index;
