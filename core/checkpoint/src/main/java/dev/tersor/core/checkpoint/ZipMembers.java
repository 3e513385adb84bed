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
import java.util.Set;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The files in a zip file, in the order in which they lie there. No two have the same name or share
 * a byte, and each has the header that the directory says.
 */
public final class ZipMembers {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  // DEFLATE's best: 258 bytes from a length and a distance code of one bit each.
  private static final int MAX_RATIO = 1032;

  /**
   * A file in the zip.
   *
   * @param start byte offset of its first stored byte
   * @param stored bytes in the zip
   * @param size bytes once inflated, at most 1,032 times as many
   * @param position byte offset of its directory record, for errors
   */
  public record Member(
      String name, Extent.Storage storage, long start, long stored, long size, long position) {
    /** All of its bytes. */
    public Extent extent(String file) {
      return new Extent(file, start, stored, storage, 0, 1, Extent.Order.C);
    }
  }

  /** Reads the content of a member. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * @param content ends where the member ends
     */
    T read(InputStream content) throws IOException;
  }

  private final ByteSource source;
  private final HeaderChecks checks;
  private final long directoryStart;
  private final Set<String> names = new HashSet<>();

  private ZipMembers(ByteSource source, long directoryStart) {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    this.directoryStart = directoryStart;
  }

  /**
   * Reads the directory and the header of each member.
   *
   * @throws MalformedInputException if they are damaged, or members are named twice, overlap, are
   *     encrypted, or are compressed otherwise than by DEFLATE
   */
  public static List<Member> read(ByteSource source) throws IOException {
    NpzDirectory.Contents directory = NpzDirectory.read(source);
    ZipMembers zip = new ZipMembers(source, directory.start());
    List<NpzDirectory.Entry> inFileOrder = new ArrayList<>(directory.entries());
    inFileOrder.sort(Comparator.comparingLong(NpzDirectory.Entry::localHeader));
    List<Member> members = new ArrayList<>();
    long end = 0;
    for (NpzDirectory.Entry entry : inFileOrder) {
      if (entry.localHeader() < end) {
        throw zip.malformed(entry, "overlaps the entry before it");
      }
      Member member = zip.member(entry);
      members.add(member);
      end = member.start() + member.stored();
    }
    return members;
  }

  /** The names of the members, from the directory alone. */
  public static List<String> names(ByteSource source) throws IOException {
    return NpzDirectory.read(source).entries().stream().map(NpzDirectory.Entry::name).toList();
  }

  /**
   * Reads a member's content.
   *
   * @throws MalformedInputException if its compressed bytes are damaged, or the content ends before
   *     what is read of it
   */
  public static <T> T content(ByteSource source, Member member, Reader<T> reader)
      throws IOException {
    InputStream stored = new SourceStream(source, member.start(), member.start() + member.stored());
    if (member.storage() == Extent.Storage.RAW) {
      return reader.read(stored);
    }
    Inflater inflater = new Inflater(true);
    try {
      return reader.read(new InflaterInputStream(stored, inflater, 512));
    } catch (EOFException | ZipException e) {
      MalformedInputException malformed =
          new HeaderChecks(source.name())
              .malformed(
                  Npy.tensorName(member.name()),
                  "its compressed bytes are damaged: " + e.getMessage(),
                  member.start());
      malformed.initCause(e);
      throw malformed;
    } finally {
      inflater.end();
    }
  }

  private Member member(NpzDirectory.Entry entry) throws IOException {
    if (!names.add(entry.name())) {
      throw malformed(entry, "named twice");
    }
    long start = dataStart(entry);
    checkMethod(entry);
    return new Member(
        entry.name(),
        entry.method() == STORED ? Extent.Storage.RAW : Extent.Storage.DEFLATE,
        start,
        entry.stored(),
        entry.size(),
        entry.position());
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

  private MalformedInputException malformed(NpzDirectory.Entry entry, String message) {
    return checks.malformed(Npy.tensorName(entry.name()), message, entry.position());
  }
}
