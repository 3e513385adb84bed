package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A TensorProto: dimensions, type and name, and where its elements are. These are in raw_data, in
 * the field of numbers that belongs to its type (onnx.proto, TensorProto), or in an external file.
 */
final class OnnxTensor {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int SEGMENT = 3;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private final OnnxWire wire;
  private final HeaderChecks checks;
  private final long start;
  private final OnnxDims dims;
  private long type;
  private String name = "";
  private long location;
  private final Map<String, String> external = new HashMap<>();
  private final OnnxElements[] elements = OnnxElements.ofTensor();
  private long rawEnd;
  private long rawBytes = -1;
  private boolean segment;

  private OnnxTensor(OnnxWire wire, HeaderChecks checks) {
    this.wire = wire;
    this.checks = checks;
    this.start = wire.position();
    this.dims = new OnnxDims(wire, checks);
  }

  /** Reads a tensor that must have a name. */
  static StoredTensor initialiser(OnnxWire wire, HeaderChecks checks, OnnxExternalFiles files)
      throws IOException {
    long start = wire.position();
    StoredTensor tensor = read(wire, checks, files);
    if (tensor.name().isEmpty()) {
      throw checks.malformed("an initializer without a name", start);
    }
    return tensor;
  }

  /** Reads a tensor whose name may be empty, as those of attributes are. */
  static StoredTensor read(OnnxWire wire, HeaderChecks checks, OnnxExternalFiles files)
      throws IOException {
    OnnxTensor tensor = new OnnxTensor(wire, checks);
    int outer = wire.enter("initializer");
    long at = wire.position();
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      tensor.readField(tag, at);
      at = wire.position();
    }
    wire.leave(outer);
    return tensor.finish(files);
  }

  private void readField(int tag, long at) throws IOException {
    if (tag == varintTag(DATA_TYPE)) {
      type = wire.varint();
    } else if (tag == bytesTag(NAME)) {
      name = wire.text("initializer name");
    } else if (tag == bytesTag(RAW_DATA)) {
      if (rawBytes >= 0) {
        throw malformed("raw_data given twice");
      }
      rawBytes = wire.skipBytes("raw_data");
      rawEnd = wire.position();
    } else if (tag == varintTag(DATA_LOCATION)) {
      location = wire.varint();
    } else if (tag == bytesTag(EXTERNAL_DATA)) {
      readExternalEntry();
    } else if (!dims.read(tag, DIMS) && !isElements(tag, at)) {
      segment |= tag == bytesTag(SEGMENT);
      wire.skip(tag);
    }
  }

  private boolean isElements(int tag, long at) throws IOException {
    for (OnnxElements some : elements) {
      if (some.read(wire, tag, at)) {
        return true;
      }
    }
    return false;
  }

  private void readExternalEntry() throws IOException {
    String key = "";
    String value = "";
    int outer = wire.enter("external_data");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(KEY)) {
        key = wire.text("external_data key");
      } else if (tag == bytesTag(VALUE)) {
        value = wire.text("external_data value");
      } else {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    if (external.put(key, value) != null) {
      throw malformed("external_data gives " + key + " twice");
    }
  }

  private StoredTensor finish(OnnxExternalFiles files) throws IOException {
    Shape shape = dims.shape(name, start);
    // Tensors in segments were never written by anyone; they are named as not read.
    DType dtype = segment ? DType.OTHER : OnnxTypes.dtype(type);
    String dtypeName = OnnxTypes.name(type) + (segment ? " in segments" : "");
    long needed = checks.bytes(name, shape, dtype, start);
    Extent extent;
    if (location == EXTERNAL) {
      if (rawBytes >= 0 || !inline(dtype).isEmpty()) {
        throw malformed("data both here and in an external file");
      }
      extent = files.locate(name, external, dtype, needed, start);
      check(dtype, dtypeName, shape, needed, extent.length());
    } else {
      extent = embedded(dtype, dtypeName, shape, needed);
    }
    return new StoredTensor(name, name, dtype, dtypeName, shape, Layout.AS_STORED, extent);
  }

  private Extent embedded(DType dtype, String dtypeName, Shape shape, long needed) {
    OnnxElements some = inline(dtype);
    if (rawBytes >= 0) {
      if (!some.isEmpty()) {
        throw malformed("both raw_data and " + some.name());
      }
      check(dtype, dtypeName, shape, needed, rawBytes);
      return Extent.raw(checks.file(), rawEnd - rawBytes, rawBytes, dtype);
    }
    if (dtype == DType.OTHER || some.isEmpty()) {
      check(dtype, dtypeName, shape, needed, 0);
      return Extent.raw(checks.file(), wire.position(), 0, dtype);
    }
    if (some.isFixed()) {
      check(dtype, dtypeName, shape, needed, some.bytes());
    } else if (needed / dtype.bytes() > some.extentBytes()) {
      // A varint takes a byte at least; how many there are is known once they are read.
      throw malformed(
          "shape %s of %s needs %d numbers, %s has %d bytes"
              .formatted(
                  shape, dtypeName, needed / dtype.bytes(), some.name(), some.extentBytes()));
    }
    return some.extent(checks.file(), dtype);
  }

  private void check(DType dtype, String dtypeName, Shape shape, long needed, long has) {
    if (dtype != DType.OTHER) {
      checks.sameLength(name, shape, dtypeName, needed, has, start);
    }
  }

  /** The numbers that lie in fields, which must be the field of the type. */
  private OnnxElements inline(DType dtype) {
    OnnxElements given = elements[0];
    for (OnnxElements some : elements) {
      if (!some.isEmpty()) {
        if (!given.isEmpty() && given != some) {
          throw malformed("both " + given.name() + " and " + some.name());
        }
        given = some;
      }
    }
    if (!given.isEmpty() && dtype != DType.OTHER && given.field() != OnnxTypes.field(dtype)) {
      throw malformed(dtype + " elements in " + given.name());
    }
    return given;
  }

  private MalformedInputException malformed(String message) {
    return name.isEmpty()
        ? checks.malformed("initializer: " + message, wire.position())
        : checks.malformed(name, message, wire.position());
  }
}
