package dev.tersor.core.kernel;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** How vectors of words are loaded from bytes: part of {@link VectorPackedProducts}. */
final class VectorWords {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /**
   * Words are loaded as bytes where these are no longer than those of {@code VectorMerge}, which
   * says why, and from Java 21 on, to which two lengths are no matter. Others have {@code
   * fromByteArray} up to 20 and {@code fromMemorySegment} from 21 on, which are looked up so that
   * all compile this class; a constant handle is inlined as a call is. The latter takes ten times
   * as long as bytes.
   */
  static final boolean AS_BYTES = INTS.length() <= 8 || Runtime.version().feature() >= 21;

  static final VectorSpecies<Byte> BYTES = INTS.withLanes(byte.class);

  private static final MethodHandle FROM_BYTES = AS_BYTES ? null : fromBytes();

  private VectorWords() {}

  private static MethodHandle fromBytes() {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodType type =
        MethodType.methodType(
            IntVector.class, VectorSpecies.class, byte[].class, int.class, ByteOrder.class);
    try {
      return lookup.findStatic(IntVector.class, "fromByteArray", type);
    } catch (ReflectiveOperationException older) {
      try {
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        MethodHandle from =
            lookup.findStatic(
                IntVector.class,
                "fromMemorySegment",
                type.changeParameterType(1, segment).changeParameterType(2, long.class));
        MethodHandle of =
            lookup.findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class));
        return MethodHandles.filterArguments(from, 1, of).asType(type);
      } catch (ReflectiveOperationException e) {
        e.addSuppressed(older);
        throw new LinkageError("IntVector.fromByteArray, fromMemorySegment", e);
      }
    }
  }

  /** The words from a byte on, where they are not loaded as bytes. */
  static IntVector at(byte[] packed, int at) {
    try {
      return (IntVector) FROM_BYTES.invokeExact(INTS, packed, at, ByteOrder.LITTLE_ENDIAN);
    } catch (Throwable e) {
      throw new LinkageError("words of bytes", e);
    }
  }
}
