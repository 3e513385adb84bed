package dev.tersor.jobs.plan;

import dev.tersor.core.quantize.RateTarget;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.source.TensorRef;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * What is done to weights: how they are pruned, to how many bits and by which codebook they are
 * quantised, and how that is encoded. With a model and its weights it names a result.
 *
 * @param pruning without a target where the paper's table has one for each tensor
 * @param bits null for a network file whose tensors differ in it
 * @param codebook name of a fitter; null for a network file
 * @param encoding name of a recipe or of a choice; null for what all encodings share, the weights
 *     that they decode to
 */
public record Setting(Pruning pruning, BitWidth bits, String codebook, String encoding)
    implements Serializable {
  /** The columns of tables that hold it. */
  public static final List<String> COLUMNS =
      List.of("pruning", "sparsity_target", "bits", "setting", "codebook", "encoding");

  /**
   * The same columns in SQL, but for the encoding, from rows of tensors or of models: those that
   * each tensor has a value of its own in are null.
   */
  public static final String SQL =
      "pruning, if(pruning = '%s', NULL, sparsity_target) AS sparsity_target,"
              .formatted(Pruning.Scope.PAPER.label())
          + " if(setting IS NULL, bits, NULL) AS bits, setting, codebook";

  /** By pruning, target, bits and codebook. */
  public static final Comparator<Setting> ORDER =
      Comparator.comparing((Setting setting) -> setting.pruning.target().isPresent())
          .thenComparing(setting -> setting.pruning.target().orElse(0))
          .thenComparing(setting -> setting.pruning.kind())
          .thenComparing(setting -> setting.bits == null ? 0 : setting.bits.fixed())
          .thenComparing(setting -> String.valueOf(setting.codebook));

  /** The settings of a grid that have one of its prunings, in order. */
  public static List<Setting> all(GridSettings settings, Pruning asked) {
    List<Setting> all = new ArrayList<>();
    for (Setting weights : weights(settings, asked)) {
      for (String encoding : settings.encodings(asked, weights.bits)) {
        all.add(new Setting(asked, weights.bits, weights.codebook, encoding));
      }
    }
    return all;
  }

  /** The same without their encodings. */
  public static List<Setting> weights(GridSettings settings, Pruning asked) {
    List<Setting> all = new ArrayList<>();
    for (BitWidth width : settings.bits()) {
      for (String codebook : settings.codebooks(width)) {
        all.add(new Setting(asked, width, codebook, null));
      }
    }
    return all;
  }

  /** That of a row; without the encoding where the row has no such column. */
  public static Setting of(Row row) {
    boolean hasEncoding = Arrays.asList(row.schema().fieldNames()).contains("encoding");
    return of(
        row.getAs("pruning"),
        row.getAs("sparsity_target"),
        row.getAs("bits"),
        row.getAs("setting"),
        row.getAs("codebook"),
        hasEncoding ? row.getAs("encoding") : null);
  }

  /** That of the values of {@link #COLUMNS}, any of which but the first may be null. */
  public static Setting of(
      String pruning,
      Double target,
      Integer bits,
      String setting,
      String codebook,
      String encoding) {
    BitWidth width =
        setting != null ? BitWidth.ofSetting(setting) : bits == null ? null : new BitWidth(bits);
    return new Setting(Pruning.of(pruning, target), width, codebook, encoding);
  }

  /** What all encodings of it share. */
  public Setting weights() {
    return new Setting(pruning, bits, codebook, null);
  }

  /** The same by a saliency, where the model has one. */
  public Setting bySaliency(boolean hasSaliency) {
    return hasSaliency ? new Setting(pruning.withSaliency(), bits, codebook, encoding) : this;
  }

  /** The codebook that it means for a tensor. */
  public CodebookId codebook(TensorRef tensor) {
    return new CodebookId(TensorSettings.bits(bits, tensor), codebook);
  }

  /** The values of {@link #COLUMNS} that all tensors of a model share. */
  public Map<String, Object> values() {
    return values(pruning, bits == null || bits.setting() != null ? null : bits.fixed());
  }

  /**
   * The values of {@link #COLUMNS} for one tensor.
   *
   * @param own its pruning
   * @param ownBits its bits; null where its model's tensors differ
   */
  public Map<String, Object> values(Pruning own, Integer ownBits) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("pruning", own.kind());
    values.put("sparsity_target", own.target().isPresent() ? own.sparsity() : null);
    values.put("bits", ownBits);
    values.put("setting", bits == null ? null : bits.setting());
    values.put("codebook", codebook);
    values.put("rate_target", rateTarget());
    values.put("error_measure", errorMeasure());
    values.put("encoding", encoding);
    return values;
  }

  /** What is pruned: {@code 50.0 %}, {@code 50.0 % global}, {@code paper} or {@code asis}. */
  public String target() {
    if (pruning.target().isEmpty()) {
      return pruning.kind();
    }
    String percent = percent(pruning.sparsity());
    return pruning.kind().equals(Pruning.Scope.TENSOR.label())
        ? percent
        : percent + " " + pruning.kind();
  }

  /** What its codebook is to reach; null where nothing is. */
  private String rateTarget() {
    return codebook == null
        ? null
        : new CodebookId(0, codebook).target().map(RateTarget::label).orElse(null);
  }

  /** What the error is that its codebook is fitted to; null where nothing is fitted. */
  private String errorMeasure() {
    return codebook == null
            || codebook.equals(GridSettings.NO_CODEBOOK)
            || (bits != null && bits.isFile())
        ? null
        : new CodebookId(0, codebook).measure().label();
  }

  /** Bits and codebook: {@code 8 uniform}. */
  public String codes() {
    if (bits != null && bits.isFile()) {
      return "file";
    }
    return (bits == null ? "" : bits + " ") + (codebook == null ? "" : codebook);
  }

  /** Sparsity, bits and codebook in words: {@code 50.0 %, 8 bits uniform}. */
  public String label() {
    String sparsity =
        switch (pruning.scope()) {
          case PAPER -> "paper's sparsity";
          case ASIS -> "as is";
          default -> target();
        };
    return sparsity + ", " + quantisation();
  }

  private String quantisation() {
    if (bits == null) {
      return "bits of each tensor";
    }
    if (bits.isLossless()) {
      return "not quantised";
    }
    if (bits.isFile()) {
      return "codes of the file";
    }
    String width =
        bits.isPaper() ? "paper's bits " : bits + (bits.fixed() == 1 ? " bit " : " bits ");
    return width + codebook;
  }

  /** The options of the command line that name it. */
  public String options() {
    return "--sparsity "
        + (pruning.target().isPresent() ? String.valueOf(pruning.sparsity()) : target())
        + " --bits "
        + bits
        + " --codebook "
        + codebook;
  }

  /** A share as it is printed: {@code 50.0 %}, {@code 99.95 %}. */
  public static String percent(double share) {
    BigDecimal percent =
        BigDecimal.valueOf(100 * share).setScale(2, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return percent.setScale(Math.max(1, percent.scale()), RoundingMode.UNNECESSARY) + " %";
  }
}
