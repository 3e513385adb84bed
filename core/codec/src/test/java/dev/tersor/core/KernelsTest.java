package dev.tersor.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.IncubatorModule;
import dev.tersor.core.bits.KernelFamily;
import dev.tersor.core.kernel.VectorClass;
import dev.tersor.core.tensor.Shape;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelsTest {
  private static final String RANS = KernelFamily.PROPERTY + "rans";
  private static final String SEARCH = KernelFamily.PROPERTY + "group-search";

  private final String before = System.getProperty(IncubatorModule.PROPERTY);

  @AfterEach
  void restore() {
    System.clearProperty(RANS);
    System.clearProperty(SEARCH);
    if (before == null) {
      System.clearProperty(IncubatorModule.PROPERTY);
    } else {
      System.setProperty(IncubatorModule.PROPERTY, before);
    }
  }

  @Test
  void everyFamilyIsNamed() {
    Map<String, String> chosen = Kernels.chosen();
    assertEquals(
        Set.of(
            "group-search", "packed-products", "products", "rans", "run-offsets", "wavelet-merge"),
        chosen.keySet());
    Set<String> interfaces = new TreeSet<>();
    for (VectorClass type : VectorClass.all()) {
      interfaces.add(type.family());
    }
    assertEquals(chosen.size(), interfaces.size(), interfaces::toString);
    assertTrue(Kernels.refused().isEmpty());
  }

  @Test
  void eachIsTurnedOffAloneOrAllTogether() {
    System.setProperty(SEARCH, "plain");
    assertEquals("plain", Kernels.chosen().get("group-search"));
    System.setProperty(IncubatorModule.PROPERTY, "off");
    assertEquals(Set.of("plain"), Set.copyOf(Kernels.chosen().values()));
    System.setProperty(SEARCH, "vector");
    assertEquals(Map.of("group-search", "vector"), Kernels.refused());
  }

  @Test
  void whatIsNotKnownIsSaidAndChangesNothing() {
    Map<String, String> chosen = Kernels.chosen();
    System.setProperty(RANS, "fastest");
    assertEquals(chosen, Kernels.chosen());
    assertEquals(Map.of("rans", "fastest"), Kernels.refused());
  }

  /** Each path gives the same bytes, and reads them. */
  @Test
  void theBytesDoNotChange() {
    SplittableRandom random = new SplittableRandom(1);
    float[] weights = new float[600 * 500];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    for (String recipe : new String[] {"dense/rans", "hybrid/rans", "groupwise/huffman"}) {
      Compression how = Compression.DEFAULT.codebook("uniform").encoding(recipe);
      byte[] chosen = Tersor.encode(weights, Shape.of(600, 500), how);
      float[] decoded = Tersor.decode(chosen).weights();
      System.setProperty(RANS, "plain");
      System.setProperty(SEARCH, "plain");
      assertArrayEquals(chosen, Tersor.encode(weights, Shape.of(600, 500), how), recipe);
      assertArrayEquals(decoded, Tersor.decode(chosen).weights(), recipe);
      System.clearProperty(RANS);
      System.clearProperty(SEARCH);
    }
  }
}
