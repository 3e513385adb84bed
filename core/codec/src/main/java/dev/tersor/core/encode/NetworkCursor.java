package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A place in a {@link NetworkFile}, and the names that references have brought up to there. */
final class NetworkCursor {
  private final ByteReader in;
  private final List<String> names;

  /**
   * @param end where the checksum is
   * @param names those known at {@code from}
   */
  NetworkCursor(byte[] file, int from, int end, List<String> names) {
    this.in = new ByteReader(file, from, end);
    this.names = new ArrayList<>(names);
  }

  ByteReader in() {
    return in;
  }

  int position() {
    return in.position();
  }

  List<String> names() {
    return names;
  }

  String ref() {
    int number = in.varint("reference to a name");
    if (number > names.size()) {
      throw malformed("reference to name " + number + " of " + names.size());
    }
    if (number == names.size()) {
      names.add(text("name"));
    }
    return names.get(number);
  }

  String text(String what) {
    int length = in.varint("length of " + what);
    if (length > NetworkWriter.MAX_TEXT) {
      throw malformed(what + " of " + length + " bytes");
    }
    return new String(in.raw(length, what), StandardCharsets.UTF_8);
  }

  float[] numbers(int count, boolean half) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          half ? Half.toFloat((short) (in.u8("number") | in.u8("number") << 8)) : in.f32("number");
    }
    return numbers;
  }

  /** Packed numbers of so many bits. */
  int[] packed(int count, int width) {
    byte[] bytes = in.raw(Math.toIntExact(PackedInts.bytes(count, width)), "numbers");
    return SymbolCoders.PACKED.decode(new Coded(new byte[0], bytes), count, width).values();
  }

  MalformedInputException malformed(String message) {
    return new MalformedInputException(message, in.position());
  }
}
