package dev.tersor.core.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The index of a checkpoint that is cut into several files, {@code model.safetensors.index.json} or
 * {@code pytorch_model.bin.index.json}: a JSON object whose {@code weight_map} has the file of each
 * tensor. Files are named relative to the folder of the index and do not lead out of it.
 */
final class ShardIndex {
  private static final String WEIGHT_MAP = "weight_map";

  /** More files than this are no checkpoint. */
  private static final int MAX_SHARDS = 100_000;

  private final ByteSource source;
  private final HeaderChecks checks;

  /** The file of each tensor, as the index has them. */
  private final Map<String, String> files = new LinkedHashMap<>();

  private ShardIndex(ByteSource source) {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
  }

  /** Whether a file that begins with a brace has a {@code weight_map} before anything is wrong. */
  static boolean isIndex(ByteSource source) throws IOException {
    if (source.length() > HeaderChecks.MAX_HEADER_BYTES) {
      return false;
    }
    try (JsonParser json = parser(source)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMap = json.currentName().equals(WEIGHT_MAP);
        if (json.nextToken() == JsonToken.START_OBJECT && isMap) {
          return true;
        }
        json.skipChildren();
      }
      return false;
    } catch (JacksonException | CharacterCodingException e) {
      return false;
    }
  }

  private static JsonParser parser(ByteSource source) throws IOException {
    return StrictJson.parser(new SourceStream(source, 0, source.length()));
  }

  /**
   * The tensors of all shards, those of a file together, files in the order of their names.
   *
   * @throws MalformedInputException if the index or a shard is damaged, they contradict each other,
   *     or a shard lies outside the folder
   * @throws MissingDataException if a shard cannot be read
   */
  static Checkpoint read(ByteSource source) throws IOException {
    ShardIndex index = new ShardIndex(source);
    try (JsonParser json = parser(source)) {
      index.parse(json);
    } catch (JacksonException e) {
      // Not every one has a location.
      throw index.malformed(e.getOriginalMessage(), e, 0);
    } catch (CharacterCodingException e) {
      throw index.malformed("not UTF-8", e, 0);
    }
    return index.merged();
  }

  private void parse(JsonParser json) throws IOException {
    boolean seen = false;
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isMap = json.currentName().equals(WEIGHT_MAP);
      if (json.nextToken() != JsonToken.START_OBJECT || !isMap) {
        json.skipChildren();
        continue;
      }
      if (seen) {
        throw malformed(WEIGHT_MAP + " given twice", null, position(json));
      }
      seen = true;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        add(json.currentName(), json);
      }
    }
    if (json.nextToken() != null) {
      throw malformed("text after the object", null, position(json));
    }
  }

  private void add(String tensor, JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.VALUE_STRING) {
      throw checks.malformed(tensor, "its file is no text", position(json));
    }
    String file = json.getText();
    if (OnnxExternalFiles.leavesFolder(file)) {
      throw checks.malformed(
          tensor, "its file '" + file + "' is not within the folder of the index", position(json));
    }
    if (files.put(tensor, file) != null) {
      throw checks.malformed(tensor, "named twice", position(json));
    }
  }

  private Checkpoint merged() throws IOException {
    Set<String> shards = new TreeSet<>(files.values());
    if (shards.isEmpty() || shards.size() > MAX_SHARDS) {
      throw checks.malformed(
          "the index of %d shards, expected 1 to %d".formatted(shards.size(), MAX_SHARDS), 0);
    }
    List<StoredTensor> tensors = new ArrayList<>();
    List<Checkpoint.Unread> unread = new ArrayList<>();
    Map<String, String> metadata = new HashMap<>();
    Set<String> found = new HashSet<>();
    for (String shard : shards) {
      Checkpoint part = open(shard);
      for (StoredTensor tensor : part.tensors()) {
        String said = files.get(tensor.name());
        if (!shard.equals(said)) {
          throw checks.malformed(
              tensor.name(),
              "lies in '%s', the index says %s"
                  .formatted(shard, said == null ? "nothing of it" : "'" + said + "'"),
              0);
        }
        found.add(tensor.name());
        tensors.add(tensor);
      }
      unread.addAll(part.unread());
      metadata.putAll(part.metadata());
    }
    for (Map.Entry<String, String> entry : files.entrySet()) {
      if (!found.contains(entry.getKey())) {
        throw checks.malformed(entry.getKey(), "is not in its file '" + entry.getValue() + "'", 0);
      }
    }
    return new Checkpoint(source.name(), Checkpoint.Format.SHARDS, tensors, metadata, unread);
  }

  private Checkpoint open(String shard) throws IOException {
    ByteSource opened;
    try {
      opened = source.sibling(shard);
    } catch (IOException e) {
      throw new MissingDataException(
          "%s: the shard '%s' beside it cannot be read: %s"
              .formatted(source.name(), shard, e.getMessage()),
          e);
    }
    try (ByteSource file = opened) {
      if (FormatSniffer.sniff(file) == Checkpoint.Format.SHARDS) {
        throw checks.malformed("its shard '" + shard + "' is an index, expected a checkpoint", 0);
      }
      return Checkpoint.stored(file);
    }
  }

  private MalformedInputException malformed(String message, Exception cause, long position) {
    MalformedInputException malformed =
        checks.malformed("index of a sharded checkpoint: " + message, Math.max(0, position));
    malformed.initCause(cause);
    return malformed;
  }

  private static long position(JsonParser json) {
    return Math.max(0, json.currentLocation().getCharOffset());
  }
}
