package dev.tersor.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads JSON of files that nobody vouches for. */
public final class StrictJson {
  // Without a symbol table a header of colliding names costs no more than another.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
          .build();

  private StrictJson() {}

  /** Of a text from elsewhere: what is not UTF-8, or nested without end, is an error. */
  public static JsonParser parser(SourceStream text) throws IOException {
    // A decoder of its own, because Jackson would guess the encoding and mend what is not UTF-8.
    return JSON.createParser(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
  }
}
