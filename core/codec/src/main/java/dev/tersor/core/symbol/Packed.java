package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;

/** Every symbol in as many bits as its stream is wide, laid out as {@link PackedInts} says. */
public final class Packed implements SymbolCoder {
  private static final byte[] NO_TABLE = {};

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return true;
  }

  @Override
  public boolean isRandomAccess() {
    return true;
  }

  @Override
  public double leastBits(Symbols symbols) {
    return (double) symbols.count() * symbols.width();
  }

  @Override
  public Coded encode(Symbols symbols) {
    return new Coded(
        NO_TABLE,
        symbols.isBytes() && symbols.width() == Byte.SIZE
            ? symbols.bytes()
            : PackedInts.pack(symbols.values(), symbols.width()));
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    if (coded.table().length != 0) {
      throw new MalformedInputException("packed symbols have no table", 0);
    }
    return width <= Byte.SIZE
        ? Symbols.ofBytes(PackedInts.unpackBytes(coded.payload(), count, width), width)
        : new Symbols(PackedInts.unpack(coded.payload(), count, width), width);
  }
}
