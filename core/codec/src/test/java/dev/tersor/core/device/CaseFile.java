package dev.tersor.core.device;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Layers and their codes as the C programs beside the tests read them. */
final class CaseFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private CaseFile() {}

  /** A layer and what comes out of it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Case(DeviceLayer layer, byte[] codes) {}

  static void write(Path path, List<Case> cases) throws IOException {
    CaseFile file = new CaseFile();
    file.u32(cases.size());
    for (Case one : cases) {
      file.layer(one.layer());
      file.out.writeBytes(one.codes());
    }
    Files.write(path, file.out.toByteArray());
  }

  private void u32(int number) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  private void layer(DeviceLayer layer) {
    out.write(List.of(DeviceScheme.values()).indexOf(layer.scheme()));
    u32(layer.weights());
    out.write(layer.bits());
    out.write(layer.sizes().size());
    layer.sizes().forEach(out::write);
    out.write(layer.streams().size());
    for (DeviceStream stream : layer.streams()) {
      out.write(List.of(DeviceCoder.values()).indexOf(stream.coder()));
      out.write(stream.width());
      u32(stream.count());
      u32(stream.capacity());
      u32(stream.table().length);
      out.writeBytes(stream.table());
      u32(stream.payload().length);
      out.writeBytes(stream.payload());
    }
    out.write(layer.remainder().isPresent() ? 1 : 0);
    layer.remainder().ifPresent(this::layer);
  }
}
