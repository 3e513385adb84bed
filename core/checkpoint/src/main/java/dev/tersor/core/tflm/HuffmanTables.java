package dev.tersor.core.tflm;

import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Huffman codes of int8 and int16, read with tables of several bits a step. The encoded tensor is
 * of 32-bit words, most significant byte and bit first; behind the last code are zeros for a whole
 * step, since the operator looks ahead. Byte 5 of the frame: bit 0 for entries of 32 bits, which
 * int16 needs, else they have 16; bits 4 to 7 the bits of the first step, less 1. The tables follow
 * the frame, the first step's first. An entry's top bit says that a symbol is found. Then the next
 * four bits are how many of the step's bits belong to its code, and the low 8 (16) bits are the
 * symbol. Otherwise they are the bits of the next step, less 1, and the low 11 (27) bits the
 * distance from this entry to the next step's table. Where all values are equal their code has no
 * bits.
 *
 * <p>Example: the int8 values 3 3 3 -1 have the codes 0 for 3 and 1 for -1. The word is {@code 10
 * 00 00 00}, the frame {@code 01 01 00 00 01 00} and ten zeros, then the entries {@code 8803} and
 * {@code 88FF}.
 */
final class HuffmanTables implements DecodeEncoding {
  private static final int SIZES = 5;
  private static final int WIDE = 1;
  private static final int FIRST_SHIFT = 4;
  private static final int COUNT_MASK = 15;
  private static final int NARROW_COUNT = 11;
  private static final int WIDE_COUNT = 27;
  private static final int WORD_BITS = 32;
  private static final int MAX_LENGTH = 30;

  @Override
  public String name() {
    return "huffman";
  }

  @Override
  public int type() {
    return 1;
  }

  @Override
  public Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data) {
    boolean isWide = tensor.type() == DecodedTensor.Type.INT16;
    if ((!isWide && tensor.type() != DecodedTensor.Type.INT8) || tensor.count() == 0) {
      return Optional.empty();
    }
    int[] frequencies = new int[1 << (Byte.SIZE * tensor.type().width())];
    for (int i = 0; i < tensor.count(); i++) {
      frequencies[(int) tensor.element(data, i)]++;
    }
    byte[] lengths = CodeLengths.of(frequencies, MAX_LENGTH);
    int first = (int) tensor.element(data, 0);
    if (frequencies[first] == tensor.count()) {
      return Optional.of(constant(first, isWide));
    }
    int[] codes = codes(lengths);
    long bits = 0;
    for (int s = 0; s < lengths.length; s++) {
      bits += (long) lengths[s] * frequencies[s];
    }
    MsbWriter out =
        new MsbWriter((bits + CodeTree.MAX_STEP + WORD_BITS - 1) / WORD_BITS * WORD_BITS);
    for (int i = 0; i < tensor.count(); i++) {
      int symbol = (int) tensor.element(data, i);
      out.put(codes[symbol], lengths[symbol]);
    }
    return Optional.of(new DecodeForm(out.bytes(), tables(new CodeTree(lengths, codes), isWide)));
  }

  /** Two entries that find the symbol in none of the step's one bit. */
  private DecodeForm constant(int symbol, boolean isWide) {
    HuffmanEntries entries = new HuffmanEntries(isWide, 2);
    entries.found(0, 0, symbol);
    entries.found(1, 0, symbol);
    return new DecodeForm(new byte[WORD_BITS / Byte.SIZE], frame(entries, 1, isWide));
  }

  private byte[] tables(CodeTree tree, boolean isWide) {
    HuffmanEntries entries = new HuffmanEntries(isWide, Math.toIntExact(tree.entries(0)));
    entries.write(tree);
    return frame(entries, tree.step(0), isWide);
  }

  private byte[] frame(HuffmanEntries entries, int firstStep, boolean isWide) {
    byte[] tables = entries.bytes();
    byte[] ancillary = DecodeForm.ancillary(type(), tables.length);
    ancillary[SIZES] = (byte) ((firstStep - 1) << FIRST_SHIFT | (isWide ? WIDE : 0));
    System.arraycopy(tables, 0, ancillary, DecodeForm.FRAME, tables.length);
    return ancillary;
  }

  /** Canonical codes, as RFC 1951 numbers them. */
  private static int[] codes(byte[] lengths) {
    int[] next = new int[MAX_LENGTH + 2];
    for (byte length : lengths) {
      next[length + 1] += length > 0 ? 1 : 0;
    }
    for (int length = 1; length < next.length; length++) {
      next[length] = (next[length] + next[length - 1]) << 1;
    }
    int[] codes = new int[lengths.length];
    for (int s = 0; s < lengths.length; s++) {
      codes[s] = lengths[s] > 0 ? next[lengths[s]]++ : 0;
    }
    return codes;
  }

  @Override
  public byte[] decode(DecodedTensor tensor, DecodeForm form) {
    byte[] ancillary = form.ancillary();
    boolean isWide = (ancillary[SIZES] & WIDE) != 0;
    if (tensor.type() != DecodedTensor.Type.INT8
        && !(isWide && tensor.type() == DecodedTensor.Type.INT16)) {
      throw new MalformedInputException("Huffman codes of " + tensor.type(), SIZES);
    }
    int first = ((ancillary[SIZES] & 0xFF) >>> FIRST_SHIFT) + 1;
    int shift = isWide ? WIDE_COUNT : NARROW_COUNT;
    int known = (ancillary.length - DecodeForm.FRAME) / (isWide ? 4 : 2);
    FlatBytes entries =
        new FlatBytes(
            Arrays.copyOfRange(ancillary, DecodeForm.FRAME, ancillary.length), isWide ? 4 : 2);
    byte[] data = new byte[tensor.bytes()];
    MsbReader in = new MsbReader(form.encoded());
    for (int i = 0; i < tensor.count(); i++) {
      int step = first;
      long at = in.get(step);
      long entry = entry(entries, at, known, in);
      while (entry >>> (shift + 4) == 0) {
        step = (int) (entry >>> shift & COUNT_MASK) + 1;
        at += (entry & ((1L << shift) - 1)) + in.get(step);
        entry = entry(entries, at, known, in);
      }
      int own = (int) (entry >>> shift & COUNT_MASK);
      if (own > step) {
        throw new MalformedInputException(
            "ancillary data with %d bits of a step of %d".formatted(own, step), at);
      }
      in.back(step - own);
      tensor.setElement(data, i, entry);
    }
    return data;
  }

  private static long entry(FlatBytes entries, long at, int known, MsbReader in) {
    if (at >= known) {
      throw new MalformedInputException(
          "a code at entry %d of %d".formatted(at, known), in.position() / Byte.SIZE);
    }
    return entries.number((int) at);
  }
}
