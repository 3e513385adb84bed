package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.SourceStream;
import dev.tersor.core.checkpoint.torch.PickleValue.Int;
import dev.tersor.core.checkpoint.torch.PickleValue.Items;
import dev.tersor.core.checkpoint.torch.PickleValue.Storage;
import dev.tersor.core.checkpoint.torch.PickleValue.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What torch.save wrote before version 1.6, and still does when told to. Five pickles one behind
 * the other: a magic number, the protocol's number 1001, a dict about the machine, the object, and
 * the list of its storages' keys. Then for each key the number of elements in 8 bytes and the
 * elements, little-endian whatever the machine.
 *
 * <p>Example: a storage of two floats is {@code 02 00 00 00 00 00 00 00 | 00 00 80 3f | 00 00 00
 * 40}.
 */
final class OldForm {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final BigInteger PROTOCOL = BigInteger.valueOf(1001);
  private static final int COUNT_BYTES = 8;

  private final ByteSource source;
  private final HeaderChecks checks;
  private final PickleInput in;

  private OldForm(ByteSource source) throws IOException {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    SourceStream all = new SourceStream(source, 0, source.length());
    this.in =
        new PickleInput(new BufferedInputStream(all, 1 << 16), checks, 0, source.length(), false);
  }

  /** Whether these 16 bytes begin the pickle of the magic number, in one of the protocols. */
  static boolean mayStartWith(byte[] head) {
    if ((head[0] & 0xFF) != 0x80) {
      return false;
    }
    // From protocol 4 on a frame of nine bytes is around the number.
    int at = head[1] == 2 || head[1] == 3 ? 2 : head[1] == 4 || head[1] == 5 ? 11 : head.length;
    byte[] magic = MAGIC.toByteArray();
    for (int i = at; i < head.length - 1; i++) {
      int wanted = i == at ? 0x8a : i == at + 1 ? magic.length : 0;
      if (i >= at + 2 && i < at + 2 + magic.length) {
        wanted = magic[magic.length - 1 - (i - at - 2)] & 0xFF;
      } else if (i >= at + 2) {
        return true;
      }
      if ((head[i] & 0xFF) != wanted) {
        return false;
      }
    }
    return at < head.length;
  }

  static Checkpoint read(ByteSource source) throws IOException {
    return new OldForm(source).read();
  }

  private Checkpoint read() throws IOException {
    expect(MAGIC, "magic number");
    expect(PROTOCOL, "protocol");
    new Unpickler(in).read();
    Unpickler object = new Unpickler(in);
    List<StateDict.Named> named = StateDict.tensors(object.read(), in);
    PickleValue keys = new Unpickler(in).read();
    if (!(keys instanceof Items list)) {
      throw in.malformed("the keys of storages are " + keys.kind() + ", expected a list");
    }
    Map<String, Views.Place> places = new HashMap<>();
    long at = in.read();
    for (PickleValue key : list.items()) {
      Storage storage = key instanceof Text text ? object.storages().get(text.text()) : null;
      if (storage == null || places.containsKey(storage.key())) {
        throw checks.malformed("a storage that no tensor names, or that is there twice", at);
      }
      Views.Place place = place(storage, at);
      places.put(storage.key(), place);
      at = place.all().offset() + place.size();
    }
    Extent pickle = Extent.raw(source.name(), 0, source.length(), TorchType.UINT8.dtype());
    return TorchFile.checkpoint(source, named, places, false, pickle);
  }

  private void expect(BigInteger wanted, String what) throws IOException {
    PickleValue value = new Unpickler(in).read();
    if (!(value instanceof Int number) || !number.value().equals(wanted)) {
      throw in.malformed("not the %s that torch.save writes".formatted(what));
    }
  }

  /**
   * @throws MalformedInputException if it is not of the length that the pickle says
   */
  private Views.Place place(Storage storage, long at) throws IOException {
    long left = source.length() - at - COUNT_BYTES;
    long count = -1;
    if (left >= 0) {
      byte[] bytes = new byte[COUNT_BYTES];
      source.readFully(at, bytes, 0, COUNT_BYTES);
      count = LittleEndian.getLong(bytes, 0);
    }
    int width = storage.type().bytes();
    if (count != storage.all() || count > left / width) {
      throw checks.malformed(
          "the storage '%s' of %d %s elements says that it has %d, in %d bytes"
              .formatted(storage.key(), storage.all(), storage.type().spelling(), count, left),
          at);
    }
    long size = count * width;
    return new Views.Place(
        Extent.raw(source.name(), at + COUNT_BYTES, size, TorchType.UINT8.dtype()), size);
  }
}
