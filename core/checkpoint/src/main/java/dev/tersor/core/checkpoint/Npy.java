package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A NumPy .npy file: a checkpoint of one tensor, named as the file. */
final class Npy {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private Npy() {}

  static Checkpoint read(ByteSource source) throws IOException {
    String file = source.name();
    HeaderChecks checks = new HeaderChecks(file);
    String name = tensorName(file.substring(file.lastIndexOf('/') + 1));
    NpyHeader header =
        NpyHeader.read(new SourceStream(source, 0, source.length()), checks, name, 0);
    long length = source.length() - header.bytes();
    header.checkLength(checks, name, length, header.bytes());
    Extent extent =
        new Extent(
            file,
            header.bytes(),
            length,
            Extent.Storage.RAW,
            0,
            header.dtype().bytes(),
            header.order());
    StoredTensor tensor = header.tensor(name, extent);
    return new Checkpoint(file, Checkpoint.Format.NPY, List.of(tensor), Map.of());
  }

  static String tensorName(String fileName) {
    return fileName.endsWith(".npy") ? fileName.substring(0, fileName.length() - 4) : fileName;
  }
}
