package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A NumPy .npz file: a zip whose entries {@code name.npy} are .npy files, stored or deflated. */
final class Npz {
  private Npz() {}

  static Checkpoint read(ByteSource source) throws IOException {
    HeaderChecks checks = new HeaderChecks(source.name());
    List<ZipMembers.Member> members = ZipMembers.read(source);
    List<StoredTensor> tensors = new ArrayList<>();
    for (ZipMembers.Member member : members) {
      if (member.name().endsWith(".npy")) {
        tensors.add(tensor(source, checks, member));
      }
    }
    if (tensors.isEmpty() && !members.isEmpty()) {
      throw checks.malformed("a zip file without .npy entries, not a NumPy .npz", 0);
    }
    return new Checkpoint(source.name(), Checkpoint.Format.NPZ, tensors, Map.of());
  }

  private static StoredTensor tensor(
      ByteSource source, HeaderChecks checks, ZipMembers.Member member) throws IOException {
    String name = Npy.tensorName(member.name());
    NpyHeader header =
        ZipMembers.content(
            source, member, content -> NpyHeader.read(content, checks, name, member.start()));
    long length = member.size() - header.bytes();
    header.checkLength(checks, name, length, member.start());
    return header.tensor(
        name,
        member
            .extent(source.name())
            .part(header.bytes(), length, header.dtype().bytes(), header.order()));
  }
}
