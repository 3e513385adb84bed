package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Succinct Compression, section 4.1. */
class RasSelectionTest {
  /** Rows of Tables 4 and 5 with the figures that they should have, at the default threshold. */
  @ParameterizedTest
  @CsvSource({
    "118013952, 9408, ras-block/huffman",
    "231211008, 1179648, ras-block/huffman",
    "2048000, 2048000, ras-element/huffman",
    "102760448, 102760448, ras-element/huffman",
    "2, 1, ras-element/huffman",
    "3, 1, ras-block/huffman"
  })
  void convolutionsAreReadByBlocksAndFullyConnectedLayersByElements(
      long macs, long params, String recipe) {
    assertEquals(recipe, RasSelection.parse("ras/huffman").recipe(macs, params, 2).name());
  }

  @Test
  void bothKindsAreSparseOrDense() {
    RasSelection sparse = RasSelection.parse("ras-sparse");
    assertEquals("ras-sparse/packed", sparse.name());
    assertEquals("ras-block-sparse/packed", sparse.recipe(true).name());
    assertEquals("ras-element-sparse/packed", sparse.recipe(false).name());
    assertEquals(sparse, RasSelection.parse(sparse.name()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ras-block", "ras-element/rans", "rasx", "auto", "ras(block=3)", ""})
  void othersAreNoSelections(String encoding) {
    assertFalse(RasSelection.isSelection(encoding));
    assertThrows(IllegalArgumentException.class, () -> RasSelection.parse(encoding));
  }

  @Test
  void aSelectionIsNoRecipe() {
    assertTrue(RasSelection.isSelection("ras/rans"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse("ras/rans"));
    assertTrue(e.getMessage().contains("choice of a recipe"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> RasSelection.parse("ras/lzw"));
  }
}
