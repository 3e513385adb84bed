package dev.tersor.core.checkpoint.gguf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The points that groups of four or eight elements are rounded to, each known by its index. The
 * points are facts of the format: the tables {@code iq2xxs_grid} to {@code iq1s_grid} of ggml's
 * {@code ggml-common.h}. grids.txt has 16 bits for each: of eight coordinates two bits, of four
 * three bits, the first coordinate lowest.
 */
// Nothing writes to the coordinates, which loops read as they are.
@SuppressWarnings("ImmutableEnumChecker")
enum Grid {
  IQ2_XXS(2, 0x08, 0x19, 0x2b),
  IQ2_XS(2, 0x08, 0x19, 0x2b),
  IQ2_S(2, 0x08, 0x19, 0x2b),
  IQ3_XXS(3, 4, 12, 20, 28, 36, 44, 52, 62),
  IQ3_S(3, 1, 3, 5, 7, 9, 11, 13, 15),
  IQ1_S(2, -1, 0, 1);

  /** The coordinates of all points, one point behind the other. */
  private final byte[] coordinates;

  Grid(int bits, int... levels) {
    short[] points = Text.points(name());
    int each = bits == 2 ? 8 : 4;
    coordinates = new byte[points.length * each];
    for (int i = 0; i < coordinates.length; i++) {
      int code = points[i / each] >> (i % each * bits) & ((1 << bits) - 1);
      coordinates[i] = (byte) levels[code];
    }
  }

  byte[] coordinates() {
    return coordinates;
  }

  /** The resource: a line of name and number of points, then lines of four hex digits each. */
  private static final class Text {
    private static short[] points(String name) {
      try (InputStream in = Grid.class.getResourceAsStream("grids.txt");
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
        String line = lines.readLine();
        while (!line.startsWith(name.toLowerCase(Locale.ROOT) + " ")) {
          line = lines.readLine();
        }
        short[] points = new short[Integer.parseInt(line.substring(name.length() + 1))];
        for (int i = 0; i < points.length; i++) {
          int column = i % 16 * 4;
          line = column == 0 ? lines.readLine() : line;
          points[i] = (short) HexFormat.fromHexDigits(line, column, column + 4);
        }
        return points;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
