package dev.tersor.core.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the bytes of a file are, as far as a reader of checkpoints tells. */
final class Stretches {
  private static final int MOST_WIDTH = 8;

  private final ByteSource file;
  private final Optional<Checkpoint> tensors;
  private final ByteSource base;
  private final Optional<Checkpoint> baseTensors;

  private Stretches(ByteSource file, ByteSource base) throws IOException {
    this.file = file;
    this.base = base;
    this.tensors = checkpoint(file);
    this.baseTensors = base == null ? Optional.empty() : checkpoint(base);
  }

  /**
   * All bytes of a file, in order: its tensors, and what is between them.
   *
   * @param base a file of the same tensors, null without one
   * @throws IllegalArgumentException if a tensor of the base has another shape or dtype
   */
  static List<Stretch> of(ByteSource file, ByteSource base) throws IOException {
    return new Stretches(file, base).all();
  }

  /** What no reader takes is bytes and nothing else, whatever is wrong with it. */
  private static Optional<Checkpoint> checkpoint(ByteSource source) throws IOException {
    try {
      return source.length() == 0 ? Optional.empty() : Optional.of(Checkpoint.stored(source));
    } catch (MalformedInputException | MissingDataException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<Stretch> all() throws IOException {
    if (base != null && tensors.isEmpty() && file.length() == base.length()) {
      return file.length() == 0 ? List.of() : List.of(new Stretch(0, file.length(), 0, false, 0));
    }
    List<Stretch> known = new ArrayList<>();
    for (StoredTensor tensor : tensors.map(Checkpoint::tensors).orElse(List.of())) {
      if (tensor.extent().file().equals(file.name()) && tensor.extent().length() > 0) {
        known.add(stretch(tensor));
      }
    }
    if (base != null && known.stream().noneMatch(Stretch::hasBase)) {
      throw new IllegalArgumentException(
          "the base %s has no tensor of %s that is stored without compression, expected some"
              .formatted(base.name(), file.name()));
    }
    known.sort(Comparator.comparingLong(Stretch::from));
    return filled(known);
  }

  private Stretch stretch(StoredTensor tensor) {
    Extent extent = tensor.extent();
    boolean isDeflated = extent.storage() == Extent.Storage.DEFLATE;
    long at =
        baseTensors.flatMap(found -> found.find(tensor.name())).map(this::checked).orElse(-1L);
    return new Stretch(extent.offset(), extent.length(), width(tensor), isDeflated, at);
  }

  /** Where a tensor of the base lies. */
  private long checked(StoredTensor of) {
    StoredTensor here = tensors.orElseThrow().find(of.name()).orElseThrow();
    if (!here.shape().equals(of.shape()) || !here.dtypeName().equals(of.dtypeName())) {
      throw new IllegalArgumentException(
          "%s: tensor '%s', %s of shape %s, is %s of shape %s in the base %s, expected the same"
              .formatted(
                  file.name(),
                  of.name(),
                  here.dtypeName(),
                  here.shape(),
                  of.dtypeName(),
                  of.shape(),
                  base.name()));
    }
    boolean isAlike =
        here.extent().storage() == Extent.Storage.RAW
            && of.extent().storage() == Extent.Storage.RAW
            && of.extent().length() == here.extent().length()
            && of.extent().file().equals(base.name());
    return isAlike ? of.extent().offset() : -1;
  }

  /** Bytes of an element: whatever its dtype, and 0 where elements share bytes. */
  private static int width(StoredTensor tensor) {
    Extent extent = tensor.extent();
    if (extent.storage() == Extent.Storage.DEFLATE) {
      // The header that comes first is padded so that elements begin at a multiple of their width.
      return extent.lead() % MOST_WIDTH == 0 ? extent.stride() : 0;
    }
    long elements = tensor.shape().size();
    long width = elements == 0 || extent.length() % elements != 0 ? 0 : extent.length() / elements;
    return width == 1 || width == 2 || width == 4 || width == MOST_WIDTH ? (int) width : 0;
  }

  /** With what is between tensors; of those that share bytes the first is taken. */
  private List<Stretch> filled(List<Stretch> known) throws IOException {
    List<Stretch> all = new ArrayList<>();
    long at = 0;
    for (Stretch stretch : known) {
      if (stretch.from() < at || stretch.length() > file.length() - stretch.from()) {
        continue;
      }
      gap(at, stretch, all);
      all.add(stretch);
      at = stretch.from() + stretch.length();
    }
    if (at < file.length()) {
      all.add(new Stretch(at, file.length() - at, 0, false, -1));
    }
    return all;
  }

  /** What is before a tensor, which may be before that of the base as well. */
  private void gap(long from, Stretch next, List<Stretch> all) {
    if (from < next.from()) {
      long place = next.hasBase() ? Math.max(-1, from + next.shift()) : -1;
      all.add(new Stretch(from, next.from() - from, 0, false, place));
    }
  }
}
