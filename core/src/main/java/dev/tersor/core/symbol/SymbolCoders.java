package dev.tersor.core.symbol;

import dev.tersor.core.tensor.Registry;
import java.util.List;

/** The registered symbol coders. */
public final class SymbolCoders {
  /** Every coder, in the order in which tables list them. */
  public static final Registry<SymbolCoder> ALL =
      new Registry<>(
          "symbol coder", SymbolCoder::name, List.of(new Packed(), new Huffman(), new Rans()));

  private SymbolCoders() {}
}
