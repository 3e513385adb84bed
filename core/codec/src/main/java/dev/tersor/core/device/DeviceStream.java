package dev.tersor.core.device;

import dev.tersor.core.bits.BitReader;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;

/**
 * A stream as a device has it in flash: its table and payload as a container has them.
 *
 * @param name the stream's
 * @param width bits of a symbol
 * @param count symbols
 * @param capacity symbols that the decoder needs work for; 0 where it needs none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for a file, never compared
public record DeviceStream(
    String name,
    DeviceCoder coder,
    int width,
    int count,
    int capacity,
    byte[] table,
    byte[] payload) {

  private static final int WIDEST_CODED = 8;

  /**
   * A container's stream. One of wider symbols than decoders take coded is packed anew.
   *
   * @throws IllegalArgumentException naming the coders that there are, if there is no such decoder
   */
  static DeviceStream of(CodedStream stream) {
    DeviceCoder coder = DeviceCoder.of(stream.coder()).orElse(null);
    Symbols symbols = stream.symbols();
    if (stream.width() > WIDEST_CODED && coder != DeviceCoder.PACKED) {
      Coded packed = SymbolCoders.PACKED.encode(symbols);
      return new DeviceStream(
          stream.name(),
          DeviceCoder.PACKED,
          stream.width(),
          stream.count(),
          0,
          packed.table(),
          packed.payload());
    }
    if (coder == null) {
      throw new IllegalArgumentException(
          "coder "
              + stream.coder().name()
              + " has no decoder in C; there are those of "
              + DeviceLayer.coders());
    }
    return new DeviceStream(
        stream.name(),
        coder,
        stream.width(),
        stream.count(),
        capacity(coder, symbols, stream.coded().table()),
        stream.coded().table(),
        stream.coded().payload());
  }

  /** Bytes in flash, descriptions aside. */
  public int bytes() {
    return table.length + payload.length;
  }

  private static int capacity(DeviceCoder coder, Symbols symbols, byte[] table) {
    if (symbols.count() == 0) {
      return 0;
    }
    return switch (coder) {
      case PACKED -> 0;
      case RANS -> 1 + new BitReader(table).read(symbols.width(), "largest symbol");
      case HUFFMAN, WAVELET_FAST -> distinct(symbols, 0);
      // Narrow symbols in groups of four bits; wider ones without the low bits that the table says.
      case WAVELET -> symbols.width() < 3 ? 16 : distinct(symbols, table[0]);
    };
  }

  private static int distinct(Symbols symbols, int low) {
    boolean[] seen = new boolean[1 << symbols.width()];
    int distinct = 0;
    for (byte symbol : symbols.bytes()) {
      int high = (symbol & 0xFF) >>> low;
      distinct += seen[high] ? 0 : 1;
      seen[high] = true;
    }
    return distinct;
  }
}
