package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Runtime-accessible sequence with the paper's delimiters as symbols of the sequence itself
 * (Succinct Compression, sections 3.1 and 3.2, Figure 1-(A) and (B)), which is there to show what
 * they cost: after every element or block a delimiter, and after the last one the border sign
 * {@code #}. The paper's two brackets or bars around a unit say no more than one sign between two
 * of them. The alphabet is one bit wider than the codes: {@code 2^b} is the delimiter, {@code 2^b +
 * 1} the border. Streams: {@code flag} as in {@link LayerFlag}; with blocks {@code block}, one
 * 32-bit number, their length; {@code sequence}. With D elements or blocks {@code 1 +
 * ceil((N+D)*(b+1)/8)} bytes, and 4 more with blocks.
 *
 * <p>Parameter {@code block}: {@code element} (as the name alone means), {@code filter}, {@code
 * kernel} or a number, which may be above the weights of the tensor.
 *
 * <p>Example of 3-bit codes: 5 0 7 is flag 0, sequence 5 8 0 8 7 9; and with {@code block=2} flag
 * 1, block 2, sequence 5 0 8 7 9.
 */
record RasLiteral(BlockLength block) implements IndexScheme {
  private static final String NAME = "ras-literal";
  private static final String SEQUENCE = "sequence";

  RasLiteral() {
    this(BlockLength.ELEMENT);
  }

  @Override
  public IndexScheme with(Map<String, String> parameters) {
    return new RasLiteral(BlockLength.of(parameters, BlockLength.ELEMENT, NAME));
  }

  @Override
  public String name() {
    return block.name(NAME, BlockLength.ELEMENT);
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  private LayerFlag flag() {
    return block.equals(BlockLength.ELEMENT) ? LayerFlag.ELEMENT : LayerFlag.BLOCK;
  }

  /** Symbols of the sequence: an empty one has its border all the same. */
  private static int symbols(int size, int length) {
    return size + Math.max(1, BlockLength.count(size, length));
  }

  @Override
  public boolean isDense() {
    return true;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int length = block.of(codes.shape());
    int delimiter = 1 << codes.bits();
    int[] sequence = new int[symbols(codes.size(), length)];
    int n = 0;
    for (int at = 0; at < codes.size(); ) {
      int end = (int) Math.min((long) at + length, codes.size());
      while (at < end) {
        sequence[n++] = codes.codes()[at++] & 0xFF;
      }
      sequence[n++] = delimiter;
    }
    sequence[sequence.length - 1] = delimiter + 1;
    Stream stream = new Stream(SEQUENCE, Role.VALUE, new Symbols(sequence, codes.bits() + 1));
    return new Split(
        flag() == LayerFlag.ELEMENT
            ? List.of(LayerFlag.ELEMENT.stream(), stream)
            : List.of(LayerFlag.BLOCK.stream(), LayerFlag.length(length), stream));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    flag().check(split);
    int length = block.of(shape);
    if (flag() == LayerFlag.BLOCK) {
      LayerFlag.checkLength(split, length);
    }
    byte[] codes = new byte[(int) shape.size()];
    int delimiter = 1 << bits;
    int count = symbols(codes.length, length);
    int[] sequence = split.values(SEQUENCE, Role.VALUE, bits + 1, count);
    int n = 0;
    for (int at = 0; at < codes.length; ) {
      int end = (int) Math.min((long) at + length, codes.length);
      while (at < end) {
        if (sequence[n] >= delimiter) {
          throw misplaced(sequence[n], "a code", n);
        }
        codes[at++] = (byte) sequence[n++];
      }
      if (n < count - 1 && sequence[n] != delimiter) {
        throw misplaced(sequence[n], "the delimiter " + delimiter, n);
      }
      n++;
    }
    if (sequence[count - 1] != delimiter + 1) {
      throw misplaced(sequence[count - 1], "the border " + (delimiter + 1), count - 1);
    }
    return codes;
  }

  private static MalformedInputException misplaced(int symbol, String expected, int at) {
    return new MalformedInputException(
        "stream 'sequence' has " + symbol + " in place of " + expected, at);
  }
}
