package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A state dict of PyTorch, in either form. */
public final class TorchFile {
  static final Pattern PICKLE = Pattern.compile("[^/]+/data\\.pkl");

  private TorchFile() {}

  /** Whether a zip of members of these names is a file of torch.save. */
  public static boolean isZip(List<String> names) {
    return names.stream().anyMatch(name -> PICKLE.matcher(name).matches());
  }

  /**
   * Whether a file is one that torch.save wrote before version 1.6.
   *
   * @param head its first 16 bytes
   */
  public static boolean isOld(byte[] head) {
    return OldForm.mayStartWith(head);
  }

  /**
   * The tensors of a file, those within containers by the names that lead to them.
   *
   * @throws MalformedInputException if the file is damaged, its pickle asks for something that is
   *     not built, or a tensor is not within its storage
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(ByteSource source) throws IOException {
    byte[] head = new byte[16];
    source.readFully(0, head, 0, (int) Math.min(head.length, source.length()));
    return isOld(head) ? OldForm.read(source) : ZipForm.read(source);
  }

  static Checkpoint checkpoint(
      ByteSource source,
      List<StateDict.Named> named,
      Map<String, Views.Place> places,
      boolean bigEndian,
      Extent pickle) {
    HeaderChecks checks = new HeaderChecks(source.name());
    Views views = new Views(checks, places, bigEndian, pickle);
    Set<String> names = new HashSet<>();
    List<StoredTensor> tensors = new ArrayList<>();
    for (StateDict.Named one : named) {
      if (!names.add(one.name())) {
        throw checks.malformed(one.name(), "named twice", one.tensor().position());
      }
      tensors.add(views.tensor(one));
    }
    return new Checkpoint(source.name(), Checkpoint.Format.TORCH, tensors, Map.of());
  }
}
