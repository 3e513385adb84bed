package dev.tersor.core.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The index of a checkpoint that is cut into several files: a JSON object whose {@code weight_map}
 * has the file of each tensor.
 */
final class ShardIndex {
  private static final String WEIGHT_MAP = "weight_map";

  private ShardIndex() {}

  /** The files that an index names, in order; none if it is no such index. */
  static Set<String> shards(ByteSource source) throws IOException {
    Set<String> shards = new TreeSet<>();
    if (source.length() > HeaderChecks.MAX_HEADER_BYTES) {
      return shards;
    }
    try (JsonParser json =
        new JsonFactory().createParser(new SourceStream(source, 0, source.length()))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return shards;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMap = json.currentName().equals(WEIGHT_MAP);
        if (json.nextToken() != JsonToken.START_OBJECT || !isMap) {
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          if (json.nextToken() == JsonToken.VALUE_STRING) {
            shards.add(json.getText());
          } else {
            json.skipChildren();
          }
        }
      }
    } catch (JacksonException | CharacterCodingException e) {
      return new TreeSet<>();
    }
    return shards;
  }
}
