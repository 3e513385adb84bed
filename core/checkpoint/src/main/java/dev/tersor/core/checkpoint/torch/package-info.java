/**
 * State dicts of PyTorch, {@code .pt}, {@code .pth} and {@code .bin}: what {@code torch.save}
 * writes today, a zip file, and what it wrote before version 1.6. Both hold a pickle, which is a
 * program for a small machine. The machine here builds tensors, numbers, text, bytes, tuples,
 * lists, dicts and sets and nothing else: it has no way to call or to import anything.
 *
 * <p>Sources: <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">torch's
 * serialization.py</a> and {@code _utils.py} beside it, and for pickles <a
 * href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools.py</a>.
 */
package dev.tersor.core.checkpoint.torch;
