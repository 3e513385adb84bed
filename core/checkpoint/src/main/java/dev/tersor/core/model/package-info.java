/** Models as data: the tensors of an architecture, and where its weights can come from. */
package dev.tersor.core.model;
