package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an encoding is made of, written {@code index/coder}: {@code relative5/huffman}. An index
 * scheme alone means packed symbols, and one with parameters names them: {@code
 * hybrid(theta=0.7,remainder=bitmap)/rans}.
 */
public record Recipe(IndexScheme index, SymbolCoder coder) implements Encoding {
  private static final String DEFAULT_CODER = "packed";

  /** Every registered index scheme with every registered symbol coder. */
  public static List<Recipe> all() {
    List<Recipe> recipes = new ArrayList<>();
    for (IndexScheme index : IndexSchemes.ALL.all()) {
      for (SymbolCoder coder : SymbolCoders.ALL.all()) {
        recipes.add(new Recipe(index, coder));
      }
    }
    return recipes;
  }

  /**
   * @throws IllegalArgumentException naming what there is, if the scheme or the coder is unknown,
   *     or the parameter that the scheme cannot have
   */
  public static Recipe parse(String name) {
    if (Auto.isAuto(name) || RasSelection.isSelection(name)) {
      throw new IllegalArgumentException("'" + name + "' is a choice of a recipe and none itself");
    }
    int slash = name.lastIndexOf('/');
    String coder = slash < 0 ? DEFAULT_CODER : name.substring(slash + 1);
    String index = slash < 0 ? name : name.substring(0, slash);
    return of(index, coder);
  }

  /**
   * The recipe of a scheme and a coder by their names.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  public static Recipe of(String index, String coder) {
    return new Recipe(IndexSchemes.parse(index), SymbolCoders.ALL.get(coder));
  }

  @Override
  public String name() {
    return index.name() + "/" + coder.name();
  }

  @Override
  public Recipe recipe(List<Codes> segments) {
    return this;
  }

  /**
   * Checks that the index scheme, where it leaves out weights that are zero, leaves out zeros.
   *
   * @throws IllegalArgumentException if it leaves some out, and code 0 is not the zero
   */
  void check(Codebook codebook) {
    if (!codebook.keepsZero() && !index.isDense()) {
      throw new IllegalArgumentException(
          index.name()
              + " leaves out code 0, which is no zero in this codebook;"
              + " expected a scheme of all codes: "
              + IndexSchemes.ALL.all().stream()
                  .filter(IndexScheme::isDense)
                  .map(IndexScheme::name)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** How weights are found in this encoding: no better than the scheme and the coder allow. */
  public Access access() {
    return index.access().and(coder.isRandomAccess() ? Access.RANDOM : Access.SEQUENTIAL);
  }

  @Override
  public String toString() {
    return name();
  }
}
