package dev.tersor.core.encode;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link Scaled} codebook as streams. {@code form} has five symbols of eight bits: the number of
 * the {@link Elements}; the number of the {@link ScaleFormat} of scales, and what shares one; the
 * same of the units of larger runs, format and 1, or twice 0 where there are none. What shares one
 * is 0 for all weights of a tensor, 1 to 15 for groups of 2^n, 16 for a row, 17 for a segment.
 *
 * <p>Then follow, of each run, {@code scales}, and where there are any {@code units}, {@code
 * zeros}, {@code minima} and {@code minimum-units}. Numbers of 32 and 16 bits are two streams,
 * {@code scales-exponents} with the sign and {@code scales-mantissas}; zero points have as many
 * bits as a code, the others those of their format.
 *
 * <p>Example: groups of 32 of INTEGER with scales of 16 bits are {@code 01 01 05 00 00}.
 */
record ScaledStreams() implements CodebookStreams<Scaled> {
  private static final String FORM = "form";
  private static final String SCALES = "scales";
  private static final String UNITS = "units";
  private static final String ZEROS = "zeros";
  private static final String MINIMA = "minima";
  private static final String MINIMUM_UNITS = "minimum-units";

  private static final int FORM_SYMBOLS = 5;
  private static final int ROW = 16;
  private static final int SEGMENT = 17;

  @Override
  public int kind() {
    return 4;
  }

  @Override
  public Class<Scaled> type() {
    return Scaled.class;
  }

  @Override
  public Map<String, Symbols> streams(Scaled codebook) {
    Scales scales = codebook.scales();
    Scales units = scales.outer();
    int[] form = {
      codebook.elements().number(),
      scales.format().number(),
      number(scales.runs()),
      units == null ? 0 : units.format().number() + 1,
      units == null ? 0 : number(units.runs())
    };
    Map<String, Symbols> streams = new LinkedHashMap<>();
    streams.put(FORM, new Symbols(form, Byte.SIZE));
    add(streams, SCALES, UNITS, scales);
    if (codebook.zeros() != null) {
      streams.put(ZEROS, new Symbols(codebook.zeros().stored(), codebook.bits()));
    }
    if (codebook.minima() != null) {
      add(streams, MINIMA, MINIMUM_UNITS, codebook.minima());
    }
    return streams;
  }

  private static int number(Runs runs) {
    return switch (runs.unit()) {
      case TENSOR -> 0;
      case GROUP -> Integer.numberOfTrailingZeros(runs.size());
      case ROW -> ROW;
      case SEGMENT -> SEGMENT;
    };
  }

  private static Runs runs(int number, Shape shape) {
    return switch (number) {
      case 0 -> Runs.tensor();
      case ROW -> Runs.rows();
      case SEGMENT -> Runs.segments(shape.rowLength());
      default -> {
        if (number > ROW) {
          throw new IllegalArgumentException("runs of kind " + number);
        }
        yield Runs.groups(1 << number, shape.rowLength());
      }
    };
  }

  private static void add(Map<String, Symbols> streams, String name, String units, Scales scales) {
    int[] stored = scales.stored();
    FloatFormat split = scales.format().split();
    if (split == null) {
      streams.put(name, new Symbols(stored, scales.format().bits()));
    } else {
      int[] exponents = new int[stored.length];
      int[] mantissas = new int[stored.length];
      int low = split.mantissaBits();
      for (int i = 0; i < stored.length; i++) {
        exponents[i] = stored[i] >>> low;
        mantissas[i] = stored[i] & ((1 << low) - 1);
      }
      streams.put(exponents(name), new Symbols(exponents, split.exponentBits()));
      streams.put(mantissas(name), new Symbols(mantissas, low));
    }
    if (scales.outer() != null) {
      add(streams, units, null, scales.outer());
    }
  }

  private static String exponents(String name) {
    return name + "-" + FloatStreams.EXPONENTS;
  }

  private static String mantissas(String name) {
    return name + "-" + FloatStreams.MANTISSAS;
  }

  @Override
  public Scaled of(int bits, Shape shape, Map<String, Symbols> streams) {
    Map<String, Symbols> left = new LinkedHashMap<>(streams);
    int[] form = take(left, FORM, Byte.SIZE);
    if (form.length != FORM_SYMBOLS) {
      throw new IllegalArgumentException(form.length + " symbols of a form");
    }
    Elements elements = Elements.of(form[0]);
    ScaleFormat format = ScaleFormat.of(form[1]);
    Runs runs = runs(form[2], shape);
    ScaleFormat unitFormat = form[3] == 0 ? null : ScaleFormat.of(form[3] - 1);
    if (unitFormat == null && form[4] != 0) {
      throw new IllegalArgumentException("units of no format");
    }
    Runs unitRuns = runs(form[4], shape);
    Scales units = unitFormat == null ? null : scales(left, UNITS, unitFormat, unitRuns, null);
    Scales scales = scales(left, SCALES, format, runs, units);
    Scales zeros =
        left.containsKey(ZEROS)
            ? new Scales(ScaleFormat.UINT8, runs, take(left, ZEROS, bits), null)
            : null;
    Scales minima = null;
    if (left.containsKey(MINIMA) || left.containsKey(exponents(MINIMA))) {
      Scales minimumUnits =
          unitFormat == null ? null : scales(left, MINIMUM_UNITS, unitFormat, unitRuns, null);
      minima = scales(left, MINIMA, format, runs, minimumUnits);
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("streams " + left.keySet() + " belong to none");
    }
    Scaled codebook = new Scaled(elements, bits, scales, zeros, minima);
    codebook.check(shape);
    return codebook;
  }

  private static Scales scales(
      Map<String, Symbols> left, String name, ScaleFormat format, Runs runs, Scales units) {
    FloatFormat split = format.split();
    if (split == null) {
      return new Scales(format, runs, take(left, name, format.bits()), units);
    }
    int[] exponents = take(left, exponents(name), split.exponentBits());
    int[] stored = take(left, mantissas(name), split.mantissaBits());
    if (exponents.length != stored.length) {
      throw new IllegalArgumentException(
          "%d exponents and %d mantissas of %s".formatted(exponents.length, stored.length, name));
    }
    for (int i = 0; i < stored.length; i++) {
      stored[i] |= exponents[i] << split.mantissaBits();
    }
    return new Scales(format, runs, stored, units);
  }

  /** The symbols of a stream, which is then no longer left. */
  private static int[] take(Map<String, Symbols> left, String name, int width) {
    Symbols symbols = left.remove(name);
    if (symbols == null || symbols.width() != width) {
      throw new IllegalArgumentException("no stream '" + name + "' of " + width + " bits");
    }
    return symbols.values().clone();
  }
}
