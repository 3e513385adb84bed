package dev.tersor.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CifarBatchesTest {
  private static final ImageShape SHAPE = new ImageShape(3, 1, 2);
  private static final byte[] TWO = {1, 10, 11, 12, 13, 14, 15, 0, -1, -2, -3, -4, -5, -6};
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 7};

  private static CifarBatches few() {
    return new CifarBatches("few", SHAPE, List.of("cat", "dog"));
  }

  private static MalformedInputException damage(byte[] bytes) {
    return assertThrows(
        MalformedInputException.class,
        () -> few().append("b.bin", new ByteArrayInputStream(bytes)));
  }

  @Test
  void batchesFollowOneAnother() throws IOException {
    CifarBatches batches = few();
    batches.append("b1.bin", new ByteArrayInputStream(TWO));
    batches.append("b2.bin", new ByteArrayInputStream(ONE));
    LabelledImages images = batches.images();
    assertEquals(3, images.count());
    assertArrayEquals(new byte[] {1, 0, 1}, images.labels());
    assertEquals(10, images.pixel(0, 0));
    assertEquals(250, images.pixel(1, 5));
    assertEquals(7, images.pixel(2, 5));
    assertEquals(0, few().images().count());
  }

  @Test
  void everyCutIsNoticed() {
    for (int length = 1; length < TWO.length; length++) {
      if (length != TWO.length / 2) {
        MalformedInputException damage = damage(Arrays.copyOf(TWO, length));
        assertEquals(length, damage.position());
        assertTrue(
            damage
                .getMessage()
                .startsWith("b.bin: ends after " + length % 7 + " of the 7 bytes of record"),
            damage.getMessage());
      }
    }
  }

  @Test
  void labelsAreClasses() {
    byte[] wrong = TWO.clone();
    wrong[7] = 2;
    MalformedInputException damage = damage(wrong);
    assertEquals(7, damage.position());
    assertTrue(
        damage.getMessage().startsWith("b.bin: label of image 1 is 2, expected one in 0..1"),
        damage.getMessage());
  }

  @Test
  void setsThatDoNotFitAreRefused() {
    List<String> classes = List.of("cat", "dog");
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledImages("few", SHAPE, classes, new byte[11], new byte[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledImages("few", SHAPE, classes, new byte[6], new byte[] {2}));
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(1 << 20, 1 << 20, 1 << 20));
  }
}
