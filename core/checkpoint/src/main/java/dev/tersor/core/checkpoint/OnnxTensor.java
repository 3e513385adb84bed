package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.tag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import com.google.protobuf.WireFormat;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A TensorProto: dimensions, type and name, and where its elements are. These are in raw_data, in
 * float_data (packed, or each behind a tag byte), or in an external file.
 */
final class OnnxTensor {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int SEGMENT = 3;
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int TAGGED_FLOAT_BYTES = 5;

  private final OnnxWire wire;
  private final HeaderChecks checks;
  private final long start;
  private final long[] dims = new long[HeaderChecks.MAX_RANK];
  private int rank;
  private long type;
  private String name = "";
  private long location;
  private final Map<String, String> external = new HashMap<>();

  /** The first run of elements inside the file. */
  private long dataOffset;

  private long dataBytes;
  private int stride;
  private boolean raw;

  /** A way of storing elements that only old or unusual writers have; not read. */
  private String unusual = "";

  private OnnxTensor(OnnxWire wire, HeaderChecks checks) {
    this.wire = wire;
    this.checks = checks;
    this.start = wire.position();
  }

  static StoredTensor read(OnnxWire wire, HeaderChecks checks, OnnxExternalFiles files)
      throws IOException {
    OnnxTensor tensor = new OnnxTensor(wire, checks);
    int outer = wire.enter("initializer");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      tensor.readField(tag);
    }
    wire.leave(outer);
    return tensor.finish(files);
  }

  private void readField(int tag) throws IOException {
    if (tag == varintTag(DIMS)) {
      addDim();
    } else if (tag == bytesTag(DIMS)) {
      int outer = wire.enter("dims");
      while (wire.remaining() > 0) {
        addDim();
      }
      wire.leave(outer);
    } else if (tag == varintTag(DATA_TYPE)) {
      type = wire.varint();
    } else if (tag == bytesTag(NAME)) {
      name = wire.text("initializer name");
    } else if (tag == bytesTag(RAW_DATA)) {
      if (raw) {
        throw malformed("raw_data given twice");
      }
      raw = true;
      addRun(wire.skipBytes("raw_data"), 0);
    } else if (tag == bytesTag(FLOAT_DATA)) {
      addRun(wire.skipBytes("float_data"), Float.BYTES);
    } else if (tag == tag(FLOAT_DATA, WireFormat.WIRETYPE_FIXED32)) {
      wire.skipFixed32();
      addRun(Float.BYTES, TAGGED_FLOAT_BYTES);
    } else if (tag == varintTag(DATA_LOCATION)) {
      location = wire.varint();
    } else if (tag == bytesTag(EXTERNAL_DATA)) {
      readExternalEntry();
    } else {
      if (tag == bytesTag(SEGMENT)) {
        unusual = " in segments";
      } else if (tag == bytesTag(INT32_DATA) || tag == varintTag(INT32_DATA)) {
        unusual = " in int32_data";
      }
      wire.skip(tag);
    }
  }

  private void addDim() throws IOException {
    if (rank == dims.length) {
      throw malformed("more than " + rank + " dimensions");
    }
    dims[rank++] = wire.varint();
  }

  /**
   * Notes a run of elements that ends at the position.
   *
   * @param runStride 0 for raw_data, 4 for packed floats, 5 for a float behind its tag
   */
  private void addRun(int bytes, int runStride) {
    long from = wire.position() - bytes;
    if (bytes == 0 && runStride == Float.BYTES) {
      return;
    }
    if (dataOffset == 0) {
      dataOffset = from;
      dataBytes = bytes;
      stride = runStride;
    } else if (raw) {
      throw malformed("both raw_data and float_data");
    } else if (runStride == TAGGED_FLOAT_BYTES
        && stride == TAGGED_FLOAT_BYTES
        && from - 1 == dataOffset + dataBytes) {
      dataBytes += TAGGED_FLOAT_BYTES;
    } else {
      unusual = " in scattered float_data";
    }
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
    if (name.isEmpty()) {
      throw checks.malformed("an initializer without a name", start);
    }
    Shape shape = checks.shape(name, Arrays.copyOf(dims, rank), start);
    DType dtype = unusual.isEmpty() ? OnnxTypes.dtype(type) : DType.OTHER;
    String dtypeName = OnnxTypes.name(type) + unusual;
    long needed = checks.bytes(name, shape, 8 * dtype.bytes(), start);
    Extent extent;
    if (location == EXTERNAL) {
      if (dataOffset != 0) {
        throw malformed("data both here and in an external file");
      }
      extent = files.locate(name, external, dtype, needed, start);
    } else {
      extent = embedded(dtype);
    }
    if (dtype != DType.OTHER) {
      checks.sameLength(name, shape, dtypeName, needed, elementBytes(extent), start);
    }
    return new StoredTensor(name, name, dtype, dtypeName, shape, Layout.AS_STORED, extent);
  }

  private Extent embedded(DType dtype) {
    if (dtype != DType.OTHER && dtype != DType.F32 && stride != 0) {
      throw malformed(dtype + " elements in float_data");
    }
    return new Extent(
        checks.file(),
        dataOffset,
        dataBytes,
        Extent.Storage.RAW,
        0,
        dtype == DType.F32 && stride != 0 ? stride : dtype.bytes(),
        Extent.Order.C);
  }

  // What the elements take without the tags between them.
  private static long elementBytes(Extent extent) {
    return extent.stride() == TAGGED_FLOAT_BYTES
        ? (extent.length() + 1) / TAGGED_FLOAT_BYTES * Float.BYTES
        : extent.length();
  }

  private MalformedInputException malformed(String message) {
    return name.isEmpty()
        ? checks.malformed("initializer: " + message, wire.position())
        : checks.malformed(name, message, wire.position());
  }
}
