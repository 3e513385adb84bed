package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.IncubatorModule;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long streams of rans and Huffman, cut in chunks; short ones here, which writers do not cut. */
class ChunksTest {
  private static final int WIDTH = 8;

  private static int[] draw(int count, double spread, SplittableRandom random) {
    int[] values = new int[count];
    Arrays.setAll(values, i -> (int) Math.min(255, Math.abs(random.nextGaussian()) * spread));
    values[0] = 0;
    values[count - 1] = 255;
    return values;
  }

  private static List<RansKernel> kernels() {
    List<RansKernel> kernels = new ArrayList<>(List.of(new ScalarRans()));
    if (IncubatorModule.isPresent()) {
      kernels.add(RansKernel.vectors());
    }
    return kernels;
  }

  private static Coded rans(int[] values, int chunks) {
    RansFrequencies frequencies = RansFrequencies.of(new Symbols(values, WIDTH).frequencies());
    return new Coded(
        RansTable.write(frequencies, WIDTH), ChunkedRans.encode(values, frequencies, chunks));
  }

  private static Coded huffman(int[] values, int chunks) {
    Symbols symbols = new Symbols(values, WIDTH);
    int[] frequencies = symbols.frequencies();
    byte[] lengths = CodeLengths.of(frequencies, HuffmanTable.MAX_LENGTH);
    return ChunkedHuffman.encode(symbols, frequencies, lengths, 0, chunks);
  }

  @Test
  void theIndexIsAsItIsDescribed() {
    byte[] payload = Chunks.join(new byte[][] {{1, 2, 3}, {4, 5}, {6, 7}, {8, 9}});
    assertEquals(
        "04000000" + "03000000" + "02000000" + "02000000" + "010203040506070809",
        HexFormat.of().formatHex(payload));
    Chunks chunks = Chunks.read(payload, 10, 0);
    assertArrayEquals(new int[] {16, 19, 21, 23, 25}, chunks.from());
    assertArrayEquals(new int[] {0, 2, 5, 7, 10}, chunks.first());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 7, 63, 64, 65, 1000, 4099})
  void everyKernelReadsEveryNumberOfSymbols(int count) {
    SplittableRandom random = new SplittableRandom(count);
    for (int chunks = Chunks.GROUP; chunks <= Math.min(count, 16); chunks += Chunks.GROUP) {
      for (double spread : new double[] {0.3, 3, 200}) {
        int[] values = draw(count, spread, random);
        Coded coded = rans(values, chunks);
        RansFrequencies frequencies = RansTable.read(coded.table(), WIDTH);
        for (RansKernel kernel : kernels()) {
          int[] decoded = new int[count];
          ChunkedRans.decode(coded.payload(), frequencies, decoded, 0, kernel);
          assertArrayEquals(values, decoded, kernel + ", " + chunks + " chunks");
        }
        assertArrayEquals(values, new Rans().decode(coded, count, WIDTH).values());
        Coded codes = huffman(values, chunks);
        assertArrayEquals(values, new Huffman().decode(codes, count, WIDTH).values());
        assertArrayEquals(values, inPool(() -> new Rans().decode(coded, count, WIDTH)));
        assertArrayEquals(values, inPool(() -> new Huffman().decode(codes, count, WIDTH)));
      }
    }
  }

  private static int[] inPool(Callable<Symbols> decoding) {
    return ForkJoinPool.commonPool().submit(decoding).join().values();
  }

  /** One exception with its position, whatever thread found it. */
  @Test
  void damageIsFoundInAPoolAsWell() {
    int[] values = draw(4099, 30, new SplittableRandom(2));
    Coded coded = rans(values, 16);
    byte[] cut = Arrays.copyOf(coded.payload(), coded.payload().length - 9);
    Coded damaged = new Coded(coded.table(), cut);
    MalformedInputException alone =
        assertThrows(MalformedInputException.class, () -> new Rans().decode(damaged, 4099, WIDTH));
    MalformedInputException inPool =
        assertThrows(
            MalformedInputException.class,
            () -> inPool(() -> new Rans().decode(damaged, 4099, WIDTH)));
    assertEquals(alone.getMessage(), inPool.getMessage());
    assertEquals(alone.position(), inPool.position());
  }

  /** Each chunk by the formulas of docs/reference/format.md, one symbol after another. */
  @Test
  void chunksAreStreamsOfEightStates() {
    int[] values = draw(3001, 30, new SplittableRandom(1));
    Coded coded = rans(values, 8);
    byte[] payload = coded.payload();
    RansFrequencies frequencies = RansTable.read(coded.table(), WIDTH);
    Chunks chunks = Chunks.read(payload, values.length, 0);
    for (int q = 0; q < 8; q++) {
      int at = chunks.from()[q];
      long[] states = new long[8];
      for (int k = 0; k < 8; k++, at += 4) {
        states[k] = LittleEndian.getInt(payload, at) & 0xFFFFFFFFL;
      }
      for (int i = chunks.first()[q]; i < chunks.first()[q + 1]; i++) {
        int k = (i - chunks.first()[q]) % 8;
        long v = states[k] % frequencies.total();
        int symbol = 0;
        long below = 0;
        while (v >= below + frequencies.scaled()[symbol]) {
          below += frequencies.scaled()[symbol++];
        }
        assertEquals(values[i], symbol);
        states[k] = frequencies.scaled()[symbol] * (states[k] / frequencies.total()) + v - below;
        if (states[k] < 65_536) {
          states[k] = states[k] << 16 | (LittleEndian.getShort(payload, at) & 0xFFFFL);
          at += 2;
        }
      }
      assertEquals(chunks.from()[q + 1], at);
    }
  }

  @Test
  void chunksOfCodesBeginWithAByteOfTheirOwn() {
    int[] values = draw(3001, 30, new SplittableRandom(2));
    Coded coded = huffman(values, 4);
    assertEquals((byte) 0xFF, coded.table()[0]);
    assertEquals((byte) 0xFF, coded.table()[1]);
    byte[] table = Arrays.copyOfRange(coded.table(), 2, coded.table().length);
    Chunks chunks = Chunks.read(coded.payload(), values.length, 0);
    for (int q = 0; q < 4; q++) {
      byte[] chunk = Arrays.copyOfRange(coded.payload(), chunks.from()[q], chunks.from()[q + 1]);
      int first = chunks.first()[q];
      int last = chunks.first()[q + 1];
      assertArrayEquals(
          Arrays.copyOfRange(values, first, last),
          new Huffman().decode(new Coded(table, chunk), last - first, WIDTH).values());
    }
  }

  /** Codes that are longer than a look-up, one after another and alone. */
  @Test
  void longCodesAreRead() {
    SplittableRandom random = new SplittableRandom(3);
    int[] values = new int[300_000];
    Arrays.setAll(values, i -> Math.min(24, Integer.numberOfTrailingZeros(random.nextInt())));
    Arrays.fill(values, 1000, 1100, 24);
    Arrays.fill(values, 200_000, 200_003, 23);
    Coded coded = huffman(values, 4);
    byte[] lengths =
        HuffmanTable.read(Arrays.copyOfRange(coded.table(), 2, coded.table().length), 1 << WIDTH);
    assertTrue(lengths[17] > HuffmanLookup.PRIMARY_BITS, Arrays.toString(lengths));
    assertArrayEquals(values, new Huffman().decode(coded, values.length, WIDTH).values());
    Arrays.setAll(values, i -> random.nextInt(8) == 0 ? 64 + values[i] : 1 + random.nextInt(60));
    Coded single = huffman(values, 8);
    assertArrayEquals(values, new Huffman().decode(single, values.length, WIDTH).values());
  }

  /** Writers cut where the index and the states are less than a thousandth. */
  @Test
  void longStreamsAreCut() {
    SplittableRandom random = new SplittableRandom(4);
    for (SymbolCoder coder : List.of(new Rans(), new Huffman())) {
      int cut = 0;
      for (int count : new int[] {100_000, 180_000, 1_600_000}) {
        int[] values = draw(count, 60, random);
        Symbols symbols = new Symbols(values, WIDTH);
        Coded coded = coder.encode(symbols);
        assertArrayEquals(values, coder.decode(coded, count, WIDTH).values());
        int number = LittleEndian.getInt(coded.payload(), 0);
        cut += number == 4 || number == 16 ? 1 : 0;
        double entropy = Entropy.of(symbols).bits() / 8;
        double loss = coder instanceof Rans ? 0.0025 : 0.01;
        assertTrue(coded.payload().length < (1 + loss) * entropy, coder.name() + " of " + count);
      }
      assertEquals(2, cut, coder.name());
    }
  }

  /** One exception type, with a position, whatever is damaged; or other symbols. */
  @Test
  void damageIsFound() {
    SplittableRandom random = new SplittableRandom(5);
    int[] values = draw(2000, 30, random);
    for (SymbolCoder coder : List.of(new Rans(), new Huffman())) {
      Coded coded = coder instanceof Rans ? rans(values, 4) : huffman(values, 4);
      int end = coded.table().length + coded.payload().length;
      int found = 0;
      for (int bit = 0; bit < 8 * coded.payload().length; bit++) {
        byte[] payload = coded.payload().clone();
        payload[bit >>> 3] ^= (byte) (1 << (bit & 7));
        try {
          int[] read =
              coder.decode(new Coded(coded.table(), payload), values.length, WIDTH).values();
          assertTrue(!Arrays.equals(values, read), "bit " + bit + " means nothing");
        } catch (MalformedInputException e) {
          assertTrue(e.position() >= 0 && e.position() <= end, e::toString);
          found++;
        }
      }
      assertTrue(
          coder instanceof Huffman || found > 0.9 * 8 * coded.payload().length, coder.name());
      for (int length = 0; length < coded.payload().length; length++) {
        Coded less = new Coded(coded.table(), Arrays.copyOf(coded.payload(), length));
        assertThrows(MalformedInputException.class, () -> coder.decode(less, values.length, WIDTH));
      }
      // A code less may end in the same byte, a state does not end twice.
      int other = coder instanceof Rans ? 1999 : 3;
      for (int count : new int[] {0, 1, other, 3_000_000}) {
        assertThrows(MalformedInputException.class, () -> coder.decode(coded, count, WIDTH));
      }
    }
  }

  @Test
  void aMarkWithoutChunksIsMalformed() {
    byte[] table = HexFormat.of().parseHex("ffff05005e01");
    Coded constant = new Coded(table, new byte[0]);
    assertThrows(MalformedInputException.class, () -> new Huffman().decode(constant, 3, WIDTH));
    Coded unmarked = new Coded(Arrays.copyOfRange(table, 2, table.length), new byte[0]);
    assertArrayEquals(new int[] {5, 5, 5}, new Huffman().decode(unmarked, 3, WIDTH).values());
  }

  @Test
  void anIndexThatLiesIsMalformed() {
    byte[] payload = Chunks.join(new byte[][] {{1, 2, 3}, {4, 5}, {6, 7}, {8, 9}});
    for (int number : new int[] {0, 1, 3, 5, 12, 65_536, -4}) {
      byte[] other = payload.clone();
      LittleEndian.putInt(other, 0, number);
      assertThrows(MalformedInputException.class, () -> Chunks.read(other, 10, 0));
    }
    for (int length : new int[] {-1, 10, Integer.MAX_VALUE}) {
      byte[] other = payload.clone();
      LittleEndian.putInt(other, 8, length);
      assertThrows(MalformedInputException.class, () -> Chunks.read(other, 10, 0));
    }
    assertThrows(
        MalformedInputException.class, () -> Chunks.read(Arrays.copyOf(payload, 15), 10, 0));
    assertThrows(MalformedInputException.class, () -> Chunks.read(new byte[3], 10, 0));
  }
}
