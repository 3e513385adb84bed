package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** A NumPy .npz file: a zip whose entries {@code name.npy} are .npy files, stored or deflated. */
final class Npz {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  // DEFLATE's best: 258 bytes from a length and a distance code of one bit each.
  private static final int MAX_RATIO = 1032;

  private final ByteSource source;
  private final HeaderChecks checks;
  private final long directoryStart;
  private final Set<String> names = new HashSet<>();
  private final List<StoredTensor> tensors = new ArrayList<>();

  private Npz(ByteSource source, long directoryStart) {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    this.directoryStart = directoryStart;
  }

  static Checkpoint read(ByteSource source) throws IOException {
    NpzDirectory.Contents directory = NpzDirectory.read(source);
    Npz npz = new Npz(source, directory.start());
    List<NpzDirectory.Entry> inFileOrder = new ArrayList<>(directory.entries());
    inFileOrder.sort(Comparator.comparingLong(NpzDirectory.Entry::localHeader));
    long end = 0;
    for (NpzDirectory.Entry entry : inFileOrder) {
      if (entry.localHeader() < end) {
        throw npz.malformed(entry, "overlaps the entry before it");
      }
      end = npz.add(entry);
    }
    if (npz.tensors.isEmpty() && !inFileOrder.isEmpty()) {
      throw npz.checks.malformed("a zip file without .npy entries, not a NumPy .npz", 0);
    }
    return new Checkpoint(source.name(), Checkpoint.Format.NPZ, npz.tensors, Map.of());
  }

  /** Adds an entry's tensor, if it is one, and returns the byte offset of the entry's end. */
  private long add(NpzDirectory.Entry entry) throws IOException {
    if (!names.add(entry.name())) {
      throw malformed(entry, "named twice");
    }
    long start = dataStart(entry);
    if (entry.name().endsWith(".npy")) {
      checkMethod(entry);
      tensors.add(entry.method() == STORED ? stored(entry, start) : deflated(entry, start));
    }
    return start + entry.stored();
  }

  /** Byte offset of an entry's content, behind its local header. */
  private long dataStart(NpzDirectory.Entry entry) throws IOException {
    byte[] name = entry.name().getBytes(NpzDirectory.Entry.charset(entry.flags()));
    byte[] local = new byte[LOCAL_BYTES + name.length];
    if (entry.localHeader() > directoryStart - local.length) {
      throw malformed(entry, "its zip entry starts at byte " + entry.localHeader());
    }
    source.readFully(entry.localHeader(), local, 0, local.length);
    int nameBytes = LittleEndian.getShort(local, 26) & 0xFFFF;
    int extraBytes = LittleEndian.getShort(local, 28) & 0xFFFF;
    if (LittleEndian.getInt(local, 0) != LOCAL
        || LittleEndian.getShort(local, 8) != entry.method()
        || nameBytes != name.length
        || !Arrays.equals(local, LOCAL_BYTES, local.length, name, 0, name.length)) {
      throw malformed(entry, "the zip entry's own header is not that of the directory");
    }
    long start = entry.localHeader() + local.length + extraBytes;
    if (start > directoryStart || entry.stored() > directoryStart - start) {
      throw malformed(
          entry,
          "its zip entry of %d bytes at byte %d runs into the directory at byte %d"
              .formatted(entry.stored(), start, directoryStart));
    }
    return start;
  }

  private void checkMethod(NpzDirectory.Entry entry) {
    if ((entry.flags() & ENCRYPTED) != 0) {
      throw malformed(entry, "its zip entry is encrypted");
    }
    boolean lying =
        switch (entry.method()) {
          case STORED -> entry.size() != entry.stored();
          case DEFLATED -> entry.size() / MAX_RATIO > entry.stored();
          default ->
              throw malformed(entry, "zip method %d, expected 0 or 8".formatted(entry.method()));
        };
    if (lying) {
      throw malformed(
          entry,
          "its zip entry cannot hold %d bytes in %d".formatted(entry.size(), entry.stored()));
    }
  }

  private StoredTensor stored(NpzDirectory.Entry entry, long start) throws IOException {
    String name = Npy.tensorName(entry.name());
    NpyHeader header =
        NpyHeader.read(
            new SourceStream(source, start, start + entry.stored()), checks, name, start);
    long length = entry.size() - header.bytes();
    header.checkLength(checks, name, length, start + header.bytes());
    return header.tensor(
        name,
        new Extent(
            source.name(),
            start + header.bytes(),
            length,
            Extent.Storage.RAW,
            0,
            header.dtype().bytes(),
            header.order()));
  }

  private StoredTensor deflated(NpzDirectory.Entry entry, long start) throws IOException {
    String name = Npy.tensorName(entry.name());
    Inflater inflater = new Inflater(true);
    NpyHeader header;
    try {
      InputStream in =
          new InflaterInputStream(
              new SourceStream(source, start, start + entry.stored()), inflater, 512);
      header = NpyHeader.read(in, checks, name, start);
    } catch (EOFException | ZipException e) {
      MalformedInputException malformed =
          checks.malformed(name, "its compressed bytes are damaged: " + e.getMessage(), start);
      malformed.initCause(e);
      throw malformed;
    } finally {
      inflater.end();
    }
    header.checkLength(checks, name, entry.size() - header.bytes(), start);
    return header.tensor(
        name,
        new Extent(
            source.name(),
            start,
            entry.stored(),
            Extent.Storage.DEFLATE,
            header.bytes(),
            header.dtype().bytes(),
            header.order()));
  }

  private MalformedInputException malformed(NpzDirectory.Entry entry, String message) {
    return checks.malformed(Npy.tensorName(entry.name()), message, entry.position());
  }
}
