package dev.tersor.core.encode;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@link Outliers} as streams: {@code form}, one symbol of eight bits, the kind of codebook that
 * lies beneath, one of those that are stored as a row of numbers; {@code numbers}, these; {@code
 * gaps}, positions that are no outliers before each outlier, in as many bits as the largest needs;
 * {@code outliers}, fp32.
 *
 * <p>Example: the step 0.5 and 9.25 at position 1 are {@code 00}, {@code 00 00 00 3F}, {@code 01}
 * of one bit, {@code 00 00 14 41}.
 */
record OutlierStreams() implements CodebookStreams<Outliers> {
  private static final String FORM = "form";
  private static final String NUMBERS = "numbers";
  private static final String GAPS = "gaps";
  private static final String OUTLIERS = "outliers";
  private static final List<String> NAMES = List.of(FORM, NUMBERS, GAPS, OUTLIERS);

  @Override
  public int kind() {
    return 6;
  }

  @Override
  public Class<Outliers> type() {
    return Outliers.class;
  }

  @Override
  public Map<String, Symbols> streams(Outliers codebook) {
    CodebookSections.Stored base = CodebookSections.store(codebook.base(), null);
    if (base.numbers() == null || base.numbers().width() != Float.SIZE) {
      throw new IllegalArgumentException(
          "no container holds outliers beside a " + codebook.base().getClass().getSimpleName());
    }
    int[] gaps = codebook.positions().clone();
    int all = gaps[0];
    for (int i = gaps.length - 1; i > 0; i--) {
      gaps[i] -= gaps[i - 1] + 1;
      all |= gaps[i];
    }
    Map<String, Symbols> streams = new LinkedHashMap<>();
    streams.put(FORM, new Symbols(new int[] {base.kind()}, Byte.SIZE));
    streams.put(NUMBERS, base.numbers());
    streams.put(
        GAPS, new Symbols(gaps, Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(all))));
    streams.put(OUTLIERS, new Symbols(CodebookSection.ofFloats(codebook.values()), Float.SIZE));
    return streams;
  }

  @Override
  public Outliers of(int bits, Shape shape, Map<String, Symbols> streams) {
    if (!streams.keySet().equals(Set.copyOf(NAMES))) {
      throw new IllegalArgumentException("streams " + streams.keySet() + ", expected " + NAMES);
    }
    Symbols form = streams.get(FORM);
    Symbols numbers = streams.get(NUMBERS);
    Symbols outliers = streams.get(OUTLIERS);
    if (form.count() != 1
        || form.width() != Byte.SIZE
        || numbers.width() != Float.SIZE
        || outliers.width() != Float.SIZE) {
      throw new IllegalArgumentException("a stream has another width or count");
    }
    int kind = form.values()[0];
    CodebookForm<?> base = CodebookSections.ofKind(kind).orElse(null);
    if (!(base instanceof CodebookSection<?> section) || section.width() != Float.SIZE) {
      throw new IllegalArgumentException("outliers beside a codebook of kind " + kind);
    }
    int[] positions = streams.get(GAPS).values().clone();
    long position = -1;
    for (int i = 0; i < positions.length; i++) {
      position += 1 + Integer.toUnsignedLong(positions[i]);
      if (position >= shape.size()) {
        throw new IllegalArgumentException("outlier " + i + " at position " + position);
      }
      positions[i] = (int) position;
    }
    Outliers codebook =
        new Outliers(
            section.of(bits, shape, numbers.values()),
            positions,
            CodebookSection.floats(outliers.values()));
    codebook.check(shape);
    return codebook;
  }
}
