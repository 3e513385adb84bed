package dev.tersor.core.index;

import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.core.tensor.Registry;
import java.util.List;

/** The registered index schemes. */
public final class IndexSchemes {
  /** Every scheme, in the order in which tables list them. */
  public static final Registry<IndexScheme> ALL =
      new Registry<>(
          "index scheme",
          IndexScheme::name,
          List.of(
              new Dense(),
              new Bitmap(),
              CompressedLines.csr(),
              CompressedLines.csc(),
              new RowEnds(8),
              new RowEnds(16),
              new RowEnds(32),
              new Relative(1),
              new Relative(2),
              new Relative(3),
              new Relative(4),
              new Relative(5),
              new Relative(6),
              new Relative(7),
              new Relative(8),
              new Gap(1),
              new Gap(2),
              new Gap(3),
              new Gap(4),
              new Gap(5),
              new Gap(6),
              new Gap(7),
              new Gap(8),
              new Psr(),
              new BestGap(),
              Golomb.rice(),
              Golomb.golomb(),
              new EliasFano(),
              new TwoLevelBitmap(),
              new Enumerative(15),
              new Enumerative(31),
              new Enumerative(63),
              Dcsr.incremental(),
              Dcsr.absolute(),
              Groupwise.groupsAlone(),
              Groupwise.hybrid(),
              Groupwise.hybridBitmap(),
              Groupwise.best(),
              new RasElement(),
              new RasBlock(),
              new RasElementSparse(),
              new RasBlockSparse(),
              new RasLiteral()));

  private IndexSchemes() {}

  /**
   * A registered scheme, or one with other parameters: {@code hybrid(theta=0.7)}.
   *
   * @throws IllegalArgumentException naming what there is, if the scheme is unknown, or the
   *     parameter that it cannot have
   */
  public static IndexScheme parse(String text) {
    NameWithParameters parsed = NameWithParameters.parse(text);
    return ALL.get(parsed.name()).with(parsed.parameters());
  }
}
