package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.ZipMembers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What torch.save writes since version 1.6: a zip file of {@code ARCHIVE/data.pkl}, the pickle;
 * {@code ARCHIVE/data/KEY}, the bytes of a storage; and {@code ARCHIVE/byteorder}, the word little
 * or big. PyTorch compresses none of them, other programs may.
 *
 * <p>Example: {@code net/data.pkl} with the persistent id {@code ('storage', FloatStorage, '0',
 * 'cpu', 6)} and {@code net/data/0} of 24 bytes.
 */
final class ZipForm {
  private final ByteSource source;
  private final HeaderChecks checks;
  private final Map<String, ZipMembers.Member> members = new HashMap<>();

  private ZipForm(ByteSource source) throws IOException {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    for (ZipMembers.Member member : ZipMembers.read(source)) {
      members.put(member.name(), member);
    }
  }

  static Checkpoint read(ByteSource source) throws IOException {
    return new ZipForm(source).read();
  }

  private Checkpoint read() throws IOException {
    List<String> pickles =
        members.keySet().stream().filter(name -> TorchFile.PICKLE.matcher(name).matches()).toList();
    if (pickles.size() != 1) {
      throw checks.malformed(
          "a PyTorch zip file of %d pickles, expected one".formatted(pickles.size()), 0);
    }
    ZipMembers.Member pickle = members.get(pickles.get(0));
    String archive = pickle.name().substring(0, pickle.name().indexOf('/') + 1);
    Map<String, Views.Place> places = new HashMap<>();
    String data = archive + "data/";
    for (ZipMembers.Member member : members.values()) {
      if (member.name().startsWith(data)) {
        places.put(
            member.name().substring(data.length()),
            new Views.Place(member.extent(source.name()), member.size()));
      }
    }
    return TorchFile.checkpoint(
        source,
        named(pickle),
        places,
        isBigEndian(members.get(archive + "byteorder")),
        pickle.extent(source.name()));
  }

  private List<StateDict.Named> named(ZipMembers.Member pickle) throws IOException {
    if (pickle.size() > HeaderChecks.MAX_HEADER_BYTES) {
      throw checks.malformed(
          "a pickle of %d bytes, at most %d"
              .formatted(pickle.size(), HeaderChecks.MAX_HEADER_BYTES),
          pickle.position());
    }
    boolean inflated = pickle.storage() == Extent.Storage.DEFLATE;
    return ZipMembers.content(
        source,
        pickle,
        content -> {
          PickleInput in =
              new PickleInput(
                  new BufferedInputStream(content),
                  checks,
                  pickle.start(),
                  pickle.size(),
                  inflated);
          return StateDict.tensors(new Unpickler(in).read(), in);
        });
  }

  /** Files of versions that did not write the byte order are little-endian. */
  private boolean isBigEndian(ZipMembers.Member order) throws IOException {
    if (order == null) {
      return false;
    }
    byte[] word = ZipMembers.content(source, order, content -> content.readNBytes(8));
    return switch (new String(word, StandardCharsets.ISO_8859_1)) {
      case "little" -> false;
      case "big" -> true;
      default -> throw checks.malformed("a byte order other than little and big", order.start());
    };
  }
}
