package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * Bytes bit by bit, each with the probability that its context has shown so far, as {@link Cabac}
 * codes symbols: the bits of a byte highest first, each in the context of those before it and of
 * another byte that is known, in a plane of numbers that of the next higher plane. What a float's
 * exponent says of its mantissa is found so; of weights it is about a twentieth of a bit.
 *
 * <p><b>Payload</b>: the bytes of {@link RangeEncoder}, with probabilities as {@link BinaryState}
 * has them; context c of the known byte k, 0 without one, and the node n of a tree (1, then 2n plus
 * the bit) is 256k + n.
 *
 * <p>Example: the bytes 0 and 1 without another plane have the payload {@code FF B8 7C}.
 */
public final class ByteContexts {
  private static final int NODES = 1 << Byte.SIZE;

  private ByteContexts() {}

  /**
   * Encodes bytes.
   *
   * @param known a byte for each, null without
   */
  public static byte[] encode(byte[] bytes, int count, byte[] known) {
    int[] contexts = BinaryState.contexts(known == null ? NODES : NODES * NODES);
    RangeEncoder out = new RangeEncoder(count);
    for (int i = 0; i < count; i++) {
      out.reserve();
      int base = known == null ? 0 : (known[i] & 0xFF) * NODES;
      int leaf = NODES | (bytes[i] & 0xFF);
      for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
        out.encode(leaf >>> bit & 1, contexts, base + (leaf >>> (bit + 1)));
      }
    }
    out.reserve();
    return out.finish();
  }

  /**
   * The inverse.
   *
   * @param into its first {@code count} bytes are written
   * @param known where the bytes lie that {@link #encode} was given, from {@code from} on; null
   *     without
   * @throws MalformedInputException if the payload is not that of so many bytes
   */
  public static void decode(byte[] payload, byte[] into, int count, byte[] known, int from) {
    int[] contexts = BinaryState.contexts(known == null ? NODES : NODES * NODES);
    RangeDecoder in = new RangeDecoder(payload, 0);
    for (int i = 0; i < count; i++) {
      int base = known == null ? 0 : (known[from + i] & 0xFF) * NODES;
      int node = 1;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        node = 2 * node - in.decode(contexts, base + node);
      }
      into[i] = (byte) node;
      in.check();
    }
    in.finish();
  }
}
