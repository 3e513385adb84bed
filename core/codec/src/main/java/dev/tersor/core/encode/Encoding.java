package dev.tersor.core.encode;

import dev.tersor.core.tensor.Codes;
import java.util.List;

/** How a quantised tensor is encoded: a recipe, or the choice of one. */
public sealed interface Encoding permits Recipe, Auto {
  /**
   * An encoding by its name: a recipe, such as {@code hybrid/rans}, or {@code auto}.
   *
   * @throws IllegalArgumentException naming what there is, if there is no such recipe or choice
   */
  static Encoding parse(String name) {
    return Auto.isAuto(name) ? Auto.parse(name) : Recipe.parse(name);
  }

  /** The text that {@link #parse} reads. */
  String name();

  /**
   * The recipe of a tensor.
   *
   * @param segments its codes, cut as {@link dev.tersor.core.tensor.Segment#cut} cuts its shape
   * @throws IllegalStateException if no recipe meets what a choice asks for
   */
  Recipe recipe(List<Codes> segments);
}
