package dev.tersor.core.symbol;

import dev.tersor.core.tensor.Registry;
import java.util.List;

/** The registered symbol coders. */
public final class SymbolCoders {
  /** What streams that no other coder takes are stored with. */
  public static final SymbolCoder PACKED = new Packed();

  /** Every coder, in the order in which tables list them. */
  public static final Registry<SymbolCoder> ALL =
      new Registry<>(
          "symbol coder",
          SymbolCoder::name,
          List.of(PACKED, new Huffman(), new Rans(), new Tunstall(), new Cabac(), new Zstandard()));

  private SymbolCoders() {}
}
