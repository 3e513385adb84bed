/**
 * GGUF, the files of llama.cpp: metadata, and tensors of numbers or of blocks of a few bits with
 * their scales, which are turned into the floats that ggml's reference makes of them, bit for bit.
 *
 * <p>Sources: <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">gguf.md</a> for
 * the file; {@code ggml-common.h} of the same project for the layouts of blocks and the tables of
 * grids, {@code dequantize_row_*} of its {@code ggml-quants.c} for the order of operations.
 */
package dev.tersor.core.checkpoint.gguf;
