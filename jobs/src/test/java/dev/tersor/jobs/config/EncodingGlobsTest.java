package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncodingGlobsTest {
  private static List<String> recipes(String... patterns) {
    return Encodings.resolve("encodings", List.of(patterns));
  }

  @Test
  void aStarOfAWholeNameCrossesTheSlash() {
    List<String> trees = recipes("*wavelet*");
    assertFalse(trees.isEmpty());
    for (String name : recipes("*/*")) {
      assertEquals(name.contains("wavelet"), trees.contains(name), name);
    }
    assertEquals(List.of("dense/rans"), recipes("dens*ans"));
    // What is a glob of schemes stays one, and their symbols packed.
    assertEquals(recipes("bitmap,bitmap2".split(",")), recipes("bitmap*"));
    assertEquals(recipes("*"), recipes("*/*"));
    assertEquals(
        List.of("bitmap/packed", "bitmap/rans", "hybrid/packed", "hybrid/rans"),
        recipes("{bitmap,hybrid}/{packed,rans}"));
    assertEquals(
        List.of("bitmap/packed", "bitmap/huffman", "bitmap/rans"), recipes("bitmap/[phr]*"));
    assertTrue(recipes("*/packed").stream().allMatch(name -> name.endsWith("/packed")));
    UsageException e = assertThrows(UsageException.class, () -> recipes("*wavelot*"));
    assertTrue(e.getMessage().contains("unknown recipe '*wavelot*'"), e.getMessage());
  }
}
