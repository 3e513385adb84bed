package dev.tersor.core.prune;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layer-level pruning, the masks that pruners of layers leave (DBP in Succinct Compression, table
 * 1): whole tensors of a model go, those of least mean saliency first.
 */
public final class Layers {
  private Layers() {}

  /**
   * The tensors that go: as many of those of least mean as bring the share of pruned weights
   * nearest to the sparsity, the fewer of two as near, and never all. Among equal means the first
   * go. Tensors go whole, so what is reached can be far from what was asked for: a model of one
   * tensor keeps it.
   *
   * @param means of the saliency of each tensor's weights
   * @param sizes weights of each tensor
   * @param sparsity of all weights together
   * @throws IllegalArgumentException if {@code sparsity} is outside [0, 1), or there is not a size
   *     for each mean
   */
  public static BitSet least(double[] means, long[] sizes, double sparsity) {
    if (means.length != sizes.length) {
      throw new IllegalArgumentException(means.length + " means, " + sizes.length + " sizes");
    }
    long all = 0;
    for (long size : sizes) {
      all += size;
    }
    long target = Magnitude.count(sparsity, all);
    List<Integer> order =
        IntStream.range(0, means.length)
            .boxed()
            .sorted(Comparator.comparingDouble(tensor -> means[tensor]))
            .toList();
    BitSet pruned = new BitSet(means.length);
    long gone = 0;
    for (int tensor : order.subList(0, Math.max(0, order.size() - 1))) {
      long next = gone + sizes[tensor];
      // Sums never fall: once one is farther than the one before, all after it are.
      if (sizes[tensor] > 0 && Math.abs(target - next) >= target - gone) {
        break;
      }
      pruned.set(tensor);
      gone = next;
    }
    return pruned;
  }
}
