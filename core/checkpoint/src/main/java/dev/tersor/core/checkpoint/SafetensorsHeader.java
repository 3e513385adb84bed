package dev.tersor.core.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The header of a safetensors file: the length of a JSON text in 8 bytes, the text, then the
 * tensors' bytes. The text maps names to {@code {"dtype": "F32", "shape": [2, 3], "data_offsets":
 * [0, 24]}}, offsets counted from the end of the text, and {@code __metadata__} to strings. As in
 * the reference reader the tensors must fill the rest of the file without gap or overlap.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";

  private final HeaderChecks checks;
  private final String file;
  private final JsonParser json;
  private final long dataStart;
  private final long fileLength;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private SafetensorsHeader(ByteSource source, JsonParser json, long dataStart) throws IOException {
    this.checks = new HeaderChecks(source.name());
    this.file = source.name();
    this.json = json;
    this.dataStart = dataStart;
    this.fileLength = source.length();
  }

  static Checkpoint read(ByteSource source) throws IOException {
    HeaderChecks checks = new HeaderChecks(source.name());
    byte[] prefix = new byte[8];
    source.readFully(0, prefix, 0, 8);
    long headerLength = LittleEndian.getLong(prefix, 0);
    if (headerLength < 2 || headerLength > HeaderChecks.MAX_HEADER_BYTES) {
      throw checks.malformed(
          "safetensors header of %s bytes, expected 2 to %d"
              .formatted(Long.toUnsignedString(headerLength), HeaderChecks.MAX_HEADER_BYTES),
          0);
    }
    if (headerLength > source.length() - 8) {
      throw checks.malformed(
          "safetensors header of %d bytes in a file of %d".formatted(headerLength, source.length()),
          0);
    }
    SourceStream text = new SourceStream(source, 8, 8 + headerLength);
    try (JsonParser json = StrictJson.parser(text)) {
      SafetensorsHeader header = new SafetensorsHeader(source, json, 8 + headerLength);
      try {
        return header.parse();
      } catch (JacksonException e) {
        throw header.badJson(e.getOriginalMessage(), e);
      } catch (CharacterCodingException e) {
        throw header.badJson("not UTF-8", e);
      }
    }
  }

  private Checkpoint parse() throws IOException {
    expect(JsonToken.START_OBJECT, json.nextToken(), "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (!names.add(name)) {
        throw malformed(name, "named twice");
      }
      json.nextToken();
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        readTensor(name);
      }
    }
    if (json.nextToken() != null) {
      throw badJson("text after the header's object", null);
    }
    tensors.sort(
        Comparator.<StoredTensor>comparingLong(t -> t.extent().offset())
            .thenComparingLong(t -> t.extent().length()));
    checkCoverage();
    return new Checkpoint(file, Checkpoint.Format.SAFETENSORS, tensors, metadata);
  }

  private void readMetadata() throws IOException {
    expect(JsonToken.START_OBJECT, json.currentToken(), METADATA);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(JsonToken.VALUE_STRING, json.nextToken(), "a value of " + METADATA);
      metadata.put(key, json.getText());
    }
  }

  private void readTensor(String name) throws IOException {
    expect(JsonToken.START_OBJECT, json.currentToken(), "tensor '" + name + "'");
    String dtypeName = null;
    long[] dims = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> {
          refuseTwice(name, key, dtypeName);
          expect(JsonToken.VALUE_STRING, json.currentToken(), "dtype of '" + name + "'");
          dtypeName = json.getText();
        }
        case "shape" -> {
          refuseTwice(name, key, dims);
          dims = integers(name, key);
        }
        case "data_offsets" -> {
          refuseTwice(name, key, offsets);
          offsets = integers(name, key);
        }
        // Readers ignore keys that a later version of the format may add.
        default -> json.skipChildren();
      }
    }
    if (dtypeName == null || dims == null || offsets == null) {
      throw malformed(name, "without dtype, shape or data_offsets");
    }
    add(name, dtypeName, dims, offsets);
  }

  private void add(String name, String dtypeName, long[] dims, long[] offsets) {
    Shape shape = checks.shape(name, dims, position());
    if (offsets.length != 2
        || offsets[0] < 0
        || offsets[1] < offsets[0]
        || offsets[1] > fileLength - dataStart) {
      throw malformed(
          name,
          "data_offsets %s, %d bytes of data are there"
              .formatted(Arrays.toString(offsets), fileLength - dataStart));
    }
    long length = offsets[1] - offsets[0];
    DType dtype = dtype(dtypeName);
    int bits = dtypeName.equals("C64") ? 64 : 8 * dtype.bytes() / dtype.elements();
    if (bits > 0) {
      long needed = checks.bytes(name, shape, bits, position());
      checks.sameLength(name, shape, dtypeName, needed, length, position());
    }
    Extent extent = Extent.raw(file, dataStart + offsets[0], length, dtype);
    tensors.add(new StoredTensor(name, name, dtype, dtypeName, shape, Layout.AS_STORED, extent));
  }

  private static DType dtype(String name) {
    return switch (name) {
      case "F64" -> DType.F64;
      case "F32" -> DType.F32;
      case "F16" -> DType.F16;
      case "BF16" -> DType.BF16;
      case "F8_E4M3" -> DType.F8_E4M3;
      case "F8_E5M2" -> DType.F8_E5M2;
      case "F8_E8M0" -> DType.F8_E8M0;
      case "F8_E4M3FNUZ" -> DType.F8_E4M3FNUZ;
      case "F8_E5M2FNUZ" -> DType.F8_E5M2FNUZ;
      case "F6_E2M3" -> DType.F6_E2M3;
      case "F6_E3M2" -> DType.F6_E3M2;
      case "F4" -> DType.F4;
      case "I64" -> DType.I64;
      case "I32" -> DType.I32;
      case "I16" -> DType.I16;
      case "I8" -> DType.I8;
      case "U64" -> DType.U64;
      case "U32" -> DType.U32;
      case "U16" -> DType.U16;
      case "U8" -> DType.U8;
      case "BOOL" -> DType.BOOL;
      // Complex numbers, and what came after this was written.
      default -> DType.OTHER;
    };
  }

  private long[] integers(String name, String key) throws IOException {
    expect(JsonToken.START_ARRAY, json.currentToken(), key + " of '" + name + "'");
    long[] values = new long[HeaderChecks.MAX_RANK];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.VALUE_NUMBER_INT, json.currentToken(), key + " of '" + name + "'");
      if (count == values.length) {
        throw malformed(name, "more than " + count + " numbers in " + key);
      }
      values[count++] = json.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  private void checkCoverage() {
    long end = dataStart;
    for (StoredTensor tensor : tensors) {
      long begin = tensor.extent().offset();
      if (begin != end) {
        throw checks.malformed(
            tensor.name(),
            begin < end ? "overlaps the tensor before it" : "a gap before it",
            begin);
      }
      end = begin + tensor.extent().length();
    }
    if (end != fileLength) {
      throw checks.malformed(
          "the tensors end at byte %d, the file at %d".formatted(end, fileLength), end);
    }
  }

  private void refuseTwice(String name, String key, Object earlier) {
    if (earlier != null) {
      throw malformed(name, key + " given twice");
    }
  }

  private void expect(JsonToken expected, JsonToken found, String what) {
    if (found != expected) {
      throw badJson(what + " is " + found + ", expected " + expected, null);
    }
  }

  private MalformedInputException malformed(String tensor, String message) {
    return checks.malformed(tensor, message, position());
  }

  private MalformedInputException badJson(String message, IOException cause) {
    MalformedInputException malformed =
        checks.malformed("safetensors header: " + message, position());
    malformed.initCause(cause);
    return malformed;
  }

  // Counted in characters, which are bytes in all but exotic headers.
  private long position() {
    return 8 + json.currentLocation().getCharOffset();
  }
}
