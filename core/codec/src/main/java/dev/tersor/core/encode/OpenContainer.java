package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.StructureCoder;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.SymbolSequence;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A container whose checksums hold and whose streams are still coded, to compute with them as they
 * are.
 */
public final class OpenContainer {
  private final Header header;
  private final Recipe recipe;
  private final Codebook codebook;
  private final List<CodedStream> streams;

  /** All streams decoded, from when they are first asked for. */
  private Split decoded;

  /**
   * A stream as it is stored.
   *
   * @param coder what coded it
   * @param at where it lies in the container, for errors
   * @param place that it was coded with
   */
  public record CodedStream(
      String name,
      Role role,
      int width,
      int count,
      SymbolCoder coder,
      Coded coded,
      long at,
      Place place) {
    /**
     * A section's.
     *
     * @param recipeCoder what coded it unless it is packed
     */
    static CodedStream of(
        Section section, SymbolCoder recipeCoder, Coded body, int at, Place place) {
      return new CodedStream(
          section.name(),
          section.kind().role(),
          section.width(),
          section.count(),
          section.coded() ? recipeCoder : SymbolCoders.PACKED,
          body,
          at,
          place);
    }

    /**
     * Its symbols.
     *
     * @throws MalformedInputException if its bytes are not those of such a stream
     */
    public Symbols symbols() {
      return stream().symbols();
    }

    /**
     * Opens the stream for queries on its stored bytes.
     *
     * @throws IllegalStateException if its coder decodes from one end only
     * @throws MalformedInputException if its bytes are not those of such a stream
     */
    public SymbolSequence open() {
      if (!(coder instanceof StructureCoder structure)) {
        throw new IllegalStateException(coder.name() + " streams are not queried where they are");
      }
      try {
        StreamCodec.checkWidth(coder, width);
        return structure.open(coded, count, width);
      } catch (MalformedInputException e) {
        throw new MalformedInputException(
            "section '" + name + "': " + e.getMessage(), at + e.position());
      }
    }

    Stream stream() {
      return StreamCodec.decode(name, role, width, count, coder, coded, at, place);
    }
  }

  private OpenContainer(
      Header header, Recipe recipe, Codebook codebook, List<CodedStream> streams) {
    this.header = header;
    this.recipe = recipe;
    this.codebook = codebook;
    this.streams = streams;
  }

  /**
   * Opens a container of codes.
   *
   * @throws MalformedInputException if its header, its codebook or a checksum is wrong
   */
  public static OpenContainer read(byte[] container) {
    Header header = Header.read(container, Header.Form.CODES);
    Recipe recipe = header.recipe();
    List<Section.Body> coded = new ArrayList<>();
    List<Section.Body> sections = new ArrayList<>();
    for (Section.Body body : Section.Body.all(header, container)) {
      (body.section().kind() == Section.Kind.CODEBOOK ? sections : coded).add(body);
    }
    if (sections.isEmpty()) {
      throw new MalformedInputException("no codebook", container.length);
    }
    Codebook codebook = CodebookSections.decode(header, sections, recipe.coder());
    List<CodedStream> streams = new ArrayList<>();
    for (Section.Body body : coded) {
      String name = body.section().name();
      Role role = body.section().kind().role();
      Place place = StreamCodec.place(recipe.index(), name, role, header.shape(), codebook);
      streams.add(body.stream(recipe.coder(), place));
    }
    return new OpenContainer(header, recipe, codebook, List.copyOf(streams));
  }

  public Recipe recipe() {
    return recipe;
  }

  public Shape shape() {
    return header.shape();
  }

  public Codebook codebook() {
    return codebook;
  }

  /** The streams in the order in which they are stored. */
  public List<CodedStream> coded() {
    return streams;
  }

  /**
   * A stream by its name and role.
   *
   * @throws MalformedInputException if there is none
   */
  public CodedStream stream(String name, Role role) {
    for (CodedStream stream : streams) {
      if (stream.name().equals(name) && stream.role() == role) {
        return stream;
      }
    }
    throw new MalformedInputException("stream '" + name + "' is missing", header.length());
  }

  /**
   * Checks what a scheme without positions stores beside the values, without decoding these.
   *
   * @throws MalformedInputException if it is not that of such a tensor
   */
  public void checkIndex() {
    List<Stream> index = new ArrayList<>();
    for (CodedStream stream : streams) {
      if (stream.role() != Role.VALUE) {
        index.add(stream.stream());
      }
    }
    try {
      recipe.index().checkIndex(shape(), new Split(index));
    } catch (MalformedInputException e) {
      throw header.inStreams(recipe, e);
    }
  }

  /**
   * All codes.
   *
   * @throws MalformedInputException if a stream's bytes are not those of such a stream, or streams
   *     do not fit each other
   */
  public Codes decode() {
    try {
      byte[] codes = header.scheme().join(shape(), header.bits(), streams());
      return new Codes(shape(), codes, codebook);
    } catch (MalformedInputException e) {
      throw header.inStreams(recipe, e);
    }
  }

  /**
   * All streams, each of which is decoded once.
   *
   * @throws MalformedInputException if a stream's bytes are not those of such a stream
   */
  public Split streams() {
    if (decoded == null) {
      decoded = new Split(streams.stream().map(CodedStream::stream).toList());
    }
    return decoded;
  }
}
