package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.ZipMembers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What Keras saves: {@code .h5} of a model or of weights, {@code .weights.h5}, and {@code .keras},
 * a zip file with {@code model.weights.h5} in it. Weights are read by ranges; of a compressed
 * {@code .keras} the HDF5 file is inflated into a temporary file while its header is read, and
 * weights are inflated where they are needed.
 */
public final class KerasModel {
  private static final String WEIGHTS = "model.weights.h5";

  /** Weights hardly shrink: what inflates to more than so many times its bytes is no model. */
  private static final int MAX_RATIO = 64;

  private static final long SPARE_BYTES = 1 << 24;

  private KerasModel() {}

  /** Whether a file begins as HDF5 does. */
  public static boolean mayStartWith(byte[] head) {
    return HdfFile.mayStartWith(head);
  }

  /** Whether a zip file of these members is a {@code .keras}. */
  public static boolean isZip(Collection<String> members) {
    return members.contains(WEIGHTS);
  }

  /**
   * Reads the tensors of a file, but for those of its optimiser.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if the file is damaged
   */
  public static Checkpoint read(ByteSource source) throws IOException {
    byte[] head = new byte[8];
    source.readFully(0, head, 0, (int) Math.min(head.length, source.length()));
    if (mayStartWith(head)) {
      Extent whole =
          new Extent(source.name(), 0, source.length(), Extent.Storage.RAW, 0, 1, Extent.Order.C);
      return read(source, source, whole);
    }
    for (ZipMembers.Member member : ZipMembers.read(source)) {
      if (member.name().equals(WEIGHTS)) {
        return ofMember(source, member);
      }
    }
    throw new HeaderChecks(source.name()).malformed("a zip file without " + WEIGHTS, 0);
  }

  private static Checkpoint ofMember(ByteSource source, ZipMembers.Member member)
      throws IOException {
    Extent whole = member.extent(source.name());
    if (member.storage() == Extent.Storage.RAW) {
      return read(source, new MemberSource(source, member), whole);
    }
    if (member.size() > MAX_RATIO * member.stored() + SPARE_BYTES) {
      throw new HeaderChecks(source.name())
          .malformed(
              "%s of %d bytes inflates to %d".formatted(WEIGHTS, member.stored(), member.size()),
              member.position());
    }
    Path copy = Files.createTempFile("weights", ".h5");
    try {
      ZipMembers.content(source, member, content -> copy(content, member.size(), copy));
      try (FileSource inflated = FileSource.open(copy)) {
        return read(source, inflated, whole);
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static Path copy(InputStream content, long bytes, Path to) throws IOException {
    byte[] chunk = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(to)) {
      for (long left = bytes; left > 0; ) {
        int count = content.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (count < 0) {
          throw new java.io.EOFException("it ends %d bytes early".formatted(left));
        }
        out.write(chunk, 0, count);
        left -= count;
      }
    }
    return to;
  }

  /**
   * @param source the file that has the name
   * @param hdf the HDF5 file in it
   * @param whole where that lies
   */
  private static Checkpoint read(ByteSource source, ByteSource hdf, Extent whole)
      throws IOException {
    PagedFile file = new PagedFile(hdf, new HeaderChecks(source.name()));
    HdfWalk walk = new HdfWalk(file);
    walk.read();
    List<StoredTensor> tensors = new ArrayList<>();
    List<Checkpoint.Unread> unread = new ArrayList<>();
    KerasNames names = new KerasNames(walk.found());
    int ofOptimizer = 0;
    for (HdfWalk.Found found : walk.found()) {
      if (KerasNames.isOptimizer(found.path())) {
        ofOptimizer++;
        continue;
      }
      HdfDataset dataset = HdfDataset.read(file, found.header(), names.of(found.path()), whole);
      if (dataset.isRead()) {
        tensors.add(dataset.stored(KerasNames.layout(found.path(), dataset.shape().rank())));
      } else {
        unread.add(dataset.unread());
      }
    }
    for (String link : walk.external()) {
      throw file.malformed("'" + link + "' is a link into another file, which is not read", 0);
    }
    return new Checkpoint(
        source.name(),
        Checkpoint.Format.KERAS,
        tensors,
        Map.of(),
        unread,
        ofOptimizer == 0
            ? List.of()
            : List.of(ofOptimizer + " variables of the optimizer left out"));
  }

  /** A member that is stored as it is. */
  private record MemberSource(ByteSource source, ZipMembers.Member member) implements ByteSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public long length() {
      return member.size();
    }

    @Override
    public void readFully(long position, byte[] into, int offset, int length) throws IOException {
      source.readFully(member.start() + position, into, offset, length);
    }

    @Override
    public ByteSource sibling(String relativeName) throws IOException {
      return source.sibling(relativeName);
    }

    @Override
    public ByteSource other(String name) throws IOException {
      return source.other(name);
    }

    @Override
    public void close() {}
  }
}
