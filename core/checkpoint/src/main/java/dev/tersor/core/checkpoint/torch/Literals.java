package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.torch.PickleValue.Constant;
import dev.tersor.core.checkpoint.torch.PickleValue.Int;
import dev.tersor.core.checkpoint.torch.PickleValue.Real;
import dev.tersor.core.checkpoint.torch.PickleValue.Text;
import java.io.IOException;
import java.math.BigInteger;

/** Numbers and text as the instructions of a pickle have them behind their first byte. */
final class Literals {
  private static final int MAX_LONG_BYTES = 1 << 10;

  private final PickleInput in;

  Literals(PickleInput in) {
    this.in = in;
  }

  PickleValue number(int opcode) throws IOException {
    long from = in.read();
    return switch (opcode) {
      case 'K' -> integer(in.u8(), from, 1);
      case 'M' -> integer(in.u16(), from, 2);
      case 'J' -> integer(in.i32(), from, 4);
      case 'G' -> new Real(Double.longBitsToDouble(Long.reverseBytes(in.i64())), from);
      case 0x8a -> longer(in.u8(), from + 1);
      case 0x8b -> longer(in.u32(), from + 4);
      default -> written(opcode, in.line(), from);
    };
  }

  private static Int integer(long value, long from, int bytes) {
    return new Int(BigInteger.valueOf(value), from, bytes);
  }

  /** A two's complement of any length, little-endian. */
  private Int longer(long bytes, long from) throws IOException {
    if (bytes > MAX_LONG_BYTES) {
      throw in.malformed("an integer of %d bytes, at most %d".formatted(bytes, MAX_LONG_BYTES));
    }
    byte[] digits = in.bytes(bytes);
    for (int i = 0, j = digits.length - 1; i < j; i++, j--) {
      byte low = digits[i];
      digits[i] = digits[j];
      digits[j] = low;
    }
    return new Int(digits.length == 0 ? BigInteger.ZERO : new BigInteger(digits), from, 0);
  }

  /** A number of protocol 0; 00 and 01 are false and true. */
  private PickleValue written(int opcode, String digits, long from) {
    try {
      if (opcode == 'F') {
        return new Real(Double.parseDouble(digits), -1);
      }
      if (opcode == 'I' && (digits.equals("00") || digits.equals("01"))) {
        return digits.equals("01") ? Constant.TRUE : Constant.FALSE;
      }
      if (digits.length() > MAX_LONG_BYTES) {
        throw new NumberFormatException("too long");
      }
      int end = digits.endsWith("L") ? digits.length() - 1 : digits.length();
      return new Int(new BigInteger(digits.substring(0, end)), from, 0);
    } catch (NumberFormatException e) {
      MalformedInputException malformed = in.malformed("a number that is none");
      malformed.initCause(e);
      throw malformed;
    }
  }

  Text text(int opcode) throws IOException {
    return new Text(
        switch (opcode) {
          case 'T' -> PickleInput.text(in.bytes(in.u32()));
          case 'U' -> PickleInput.text(in.bytes(in.u8()));
          case 'X' -> in.utf8(in.u32());
          case 0x8c -> in.utf8(in.u8());
          case 0x8d -> in.utf8(in.i64());
          default -> line(opcode == 'S');
        });
  }

  /** Text of protocol 0, which PyTorch never writes: without the escapes that it may have. */
  private String line(boolean quoted) throws IOException {
    String line = in.line();
    if (line.indexOf('\\') >= 0 || (quoted && line.length() < 2)) {
      throw in.malformed("escaped text of protocol 0 is not read");
    }
    return quoted ? line.substring(1, line.length() - 1) : line;
  }
}
