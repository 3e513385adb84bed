package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GGUF model in several files, as gguf-split writes them: their names end in {@code
 * -00001-of-00003.gguf}, and each says its number from 0 on ({@code split.no}), how many there are
 * ({@code split.count}) and how many tensors all have ({@code split.tensors.count}).
 */
public final class GgufSplits {
  private static final Pattern NAME = Pattern.compile("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf");
  private static final String NUMBER = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";

  private final Checkpoint given;
  private final ByteSource source;
  private final HeaderChecks checks;

  private GgufSplits(Checkpoint given, ByteSource source) {
    this.given = given;
    this.source = source;
    this.checks = new HeaderChecks(source.name());
  }

  /** The file that stands for a model: the first of its parts, where all of these are of one. */
  public static Optional<String> first(List<String> files) {
    Set<String> models = new HashSet<>();
    String first = null;
    for (String file : files) {
      Matcher name = NAME.matcher(file);
      if (!name.matches()) {
        return Optional.empty();
      }
      models.add(name.group(1) + " of " + name.group(3));
      first = Integer.parseInt(name.group(2)) == 1 ? file : first;
    }
    return models.size() == 1 ? Optional.ofNullable(first) : Optional.empty();
  }

  /**
   * The tensors of all parts, where a file is one of several; else what is given.
   *
   * @param source the file that it was read from
   * @throws MalformedInputException if parts contradict each other
   * @throws MissingDataException if one cannot be read
   */
  public static Checkpoint together(Checkpoint given, ByteSource source) throws IOException {
    String count = given.metadata().getOrDefault(COUNT, "0");
    return count.equals("0") || count.equals("1") ? given : new GgufSplits(given, source).all();
  }

  private Checkpoint all() throws IOException {
    String file = source.name().substring(source.name().lastIndexOf('/') + 1);
    Matcher name = NAME.matcher(file);
    String count = given.metadata().get(COUNT);
    if (!name.matches() || !count.equals(number(name.group(3)))) {
      throw checks.malformed(
          "part %s of %s by its metadata, expected a name like MODEL-00001-of-00003.gguf"
              .formatted(given.metadata().get(NUMBER), count),
          0);
    }
    List<StoredTensor> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, String> metadata = new HashMap<>();
    int parts = Integer.parseInt(name.group(3));
    for (int part = 1; part <= parts; part++) {
      Checkpoint one = part("%s-%05d-of-%05d.gguf".formatted(name.group(1), part, parts), file);
      String said = one.metadata().get(NUMBER);
      if (!String.valueOf(part - 1).equals(said) || !count.equals(one.metadata().get(COUNT))) {
        throw new HeaderChecks(one.name())
            .malformed(
                "says %s %s and %s %s, expected %d and %s"
                    .formatted(NUMBER, said, COUNT, one.metadata().get(COUNT), part - 1, count),
                0);
      }
      for (StoredTensor tensor : one.tensors()) {
        if (!names.add(tensor.name())) {
          throw checks.malformed(tensor.name(), "is in two parts", tensor.extent().offset());
        }
        tensors.add(tensor);
      }
      one.metadata().forEach(metadata::putIfAbsent);
    }
    String expected = metadata.getOrDefault(TENSORS, String.valueOf(tensors.size()));
    if (!expected.equals(String.valueOf(tensors.size()))) {
      throw checks.malformed(
          "%d tensors in %d parts, expected %s".formatted(tensors.size(), parts, expected), 0);
    }
    return new Checkpoint(source.name(), Checkpoint.Format.GGUF, tensors, metadata);
  }

  private static String number(String digits) {
    return String.valueOf(Integer.parseInt(digits));
  }

  private Checkpoint part(String name, String own) throws IOException {
    if (name.equals(own)) {
      return given;
    }
    ByteSource opened;
    try {
      opened = source.sibling(name);
    } catch (IOException e) {
      throw new MissingDataException(
          "%s: the part '%s' beside it cannot be read: %s"
              .formatted(source.name(), name, e.getMessage()),
          e);
    }
    try (ByteSource file = opened) {
      byte[] head = new byte[4];
      file.readFully(0, head, 0, (int) Math.min(head.length, file.length()));
      if (!GgufFile.mayStartWith(head)) {
        throw new HeaderChecks(file.name()).malformed("no GGUF file, expected a part of one", 0);
      }
      return GgufFile.read(file);
    }
  }
}
