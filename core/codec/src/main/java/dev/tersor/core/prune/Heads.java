package dev.tersor.core.prune;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pruning of attention heads (Michel, Levy and Neubig 2019): of the matrices that make queries,
 * keys and values, the outputs are units of equal size, one for each head. The same heads go in the
 * matrices of one attention, those of least saliency in all of them together. What computes from
 * heads keeps its weights, as the next layer does where filters go.
 */
public final class Heads {
  /** Names that the libraries of language models give such a matrix, as a part of a path. */
  private static final Pattern ROLE =
      Pattern.compile("(?<=^|[./])(query|key|value|[qkv]_proj|[qkv]_lin|to_[qkv]|[qkv])(?=[./]|$)");

  private Heads() {}

  /**
   * What the matrices of one attention have in common: the name of one with its role left open.
   * Empty of a tensor whose name says of none that it makes queries, keys or values.
   */
  public static Optional<String> attention(String tensor) {
    Matcher matcher = ROLE.matcher(tensor);
    int from = -1;
    int to = -1;
    // The last one, where a path has more.
    while (matcher.find()) {
      from = matcher.start();
      to = matcher.end();
    }
    return from < 0
        ? Optional.empty()
        : Optional.of(tensor.substring(0, from) + "*" + tensor.substring(to));
  }

  /**
   * The heads of a matrix as blocks, as many as there are heads: rows that follow each other, or
   * columns. Empty where its outputs are no multiple of the heads.
   *
   * @param rows of the matrix
   * @param columns weights of a row
   * @param areColumns whether a column, and not a row, has the weights of an output
   */
  public static Optional<BlockGrid> units(int heads, int rows, int columns, boolean areColumns) {
    int outputs = areColumns ? columns : rows;
    if (outputs < heads || outputs % heads != 0 || rows == 0 || columns == 0) {
      return Optional.empty();
    }
    int size = outputs / heads;
    int height = areColumns ? rows : size;
    int width = areColumns ? size : columns;
    return height == 1 && width == 1
        ? Optional.empty()
        : Optional.of(new BlockGrid(height, width, rows, columns));
  }
}
