package dev.tersor.jobs.config;

import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a sweep tries, and what it measures of each cell.
 *
 * @param encodings names of recipes in registry order, then of those with parameters, then of
 *     choices: those of every setting
 * @param extras encodings that some settings have beside them
 * @param sequences encodings {@code sequence/CODER} of whole networks
 * @param fprThreshold above which FPr selections of runtime-accessible sequences are block-wise
 * @param seed of what is drawn
 */
public record GridSettings(
    List<Pruning> prunings,
    List<BitWidth> bits,
    List<String> codebooks,
    List<String> encodings,
    List<ExtraEncodings> extras,
    List<String> sequences,
    double fprThreshold,
    Measures measures,
    long seed) {
  /** The codebook of weights that are not quantised. */
  public static final String NO_CODEBOOK = "none";

  /** The codebook that a file brings with it. */
  public static final String FILE_CODEBOOK = "file";

  /**
   * The codebooks at a width: those that have codes of so many bits, and the one that is none where
   * nothing is quantised.
   */
  public List<String> codebooks(BitWidth width) {
    if (width.isFile()) {
      return List.of(FILE_CODEBOOK);
    }
    return width.isLossless()
        ? List.of(NO_CODEBOOK)
        : codebooks.stream().filter(name -> takes(name, width)).toList();
  }

  /** Whether a codebook has codes of a width; with widths of tensors, of any. */
  static boolean takes(String codebook, BitWidth width) {
    if (codebook.equals(SettingsLoader.MLLIB)) {
      return true;
    }
    CodebookFitter fitter = CodebookFitters.parse(codebook);
    return width.isPaper() ? fitter.width().isEmpty() : fitter.takes(width.fixed());
  }

  /** Whether a codebook is fitted to such an error. */
  public boolean isFittedBy(ErrorMeasure measure) {
    return codebooks.stream()
        .filter(codebook -> !codebook.equals(SettingsLoader.MLLIB))
        .anyMatch(codebook -> CodebookFitters.parse(codebook).measure() == measure);
  }

  /** The encodings at one setting, each once. */
  public List<String> encodings(Pruning pruning, BitWidth width) {
    Set<String> names = new LinkedHashSet<>(encodings);
    extras.stream()
        .filter(extra -> extra.isOf(pruning, width))
        .forEach(extra -> names.addAll(extra.encodings()));
    return List.copyOf(names);
  }

  /** The encodings of any setting, each once. */
  public List<String> allEncodings() {
    Set<String> names = new LinkedHashSet<>(encodings);
    extras.forEach(extra -> names.addAll(extra.encodings()));
    return List.copyOf(names);
  }

  /** Cells for each weight tensor segment. */
  public int cellsPerSegment() {
    int cells = 0;
    for (Pruning pruning : prunings) {
      for (BitWidth width : bits) {
        cells += codebooks(width).size() * encodings(pruning, width).size();
      }
    }
    return cells;
  }
}
