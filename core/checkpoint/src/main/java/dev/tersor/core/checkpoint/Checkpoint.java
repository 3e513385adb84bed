package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.gguf.GgufFile;
import dev.tersor.core.checkpoint.gguf.GgufSplits;
import dev.tersor.core.checkpoint.keras.KerasModel;
import dev.tersor.core.checkpoint.packed.PackedModules;
import dev.tersor.core.checkpoint.tflite.TfliteModel;
import dev.tersor.core.checkpoint.torch.TorchFile;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of a checkpoint file, known from its header alone. */
public final class Checkpoint {
  /** The file formats, told apart by content. */
  public enum Format {
    SAFETENSORS,
    ONNX,
    NPZ,
    NPY,
    /** What torch.save writes: a zip file, or a row of pickles in older ones. */
    TORCH,
    /** Of llama.cpp. */
    GGUF,
    /** An index of several files, {@code model.safetensors.index.json}. */
    SHARDS,
    TFLITE,
    /** HDF5 files of Keras, and zip files with one in it. */
    KERAS
  }

  private final String name;
  private final Format format;
  private final List<StoredTensor> tensors;
  private final Map<String, String> metadata;
  private final List<Unread> unread;
  private final List<String> notes;
  private final Map<String, StoredTensor> byName = new HashMap<>();

  /**
   * A tensor of weights that is there and is not among {@link #tensors}.
   *
   * @param name its own, or that of what it is computed as
   * @param dtypeName as the file spells it
   * @param where it is, for example {@code a sparse initialiser}
   * @param expected what would be read in its place
   */
  public record Unread(String name, String dtypeName, Shape shape, String where, String expected) {
    /** One of an ONNX model. */
    Unread(String name, String dtypeName, Shape shape, String where) {
      this(name, dtypeName, shape, where, "an initialiser");
    }

    /** What messages say of it, behind what names the file. */
    public String message() {
      return "tensor '%s', %s of shape %s, is in %s, which is not read yet; expected %s"
          .formatted(name, dtypeName, shape, where, expected);
    }
  }

  /**
   * A checkpoint of which everything is read; otherwise as the other constructor.
   *
   * @throws MalformedInputException naming the file and the tensor, if other formats cannot hold
   *     the name of one
   */
  public Checkpoint(
      String name, Format format, List<StoredTensor> tensors, Map<String, String> metadata) {
    this(name, format, tensors, metadata, List.of());
  }

  /**
   * A checkpoint of these tensors.
   *
   * @param name {@link ByteSource#name} of the file
   * @param tensors in file order, their names all different
   * @param metadata what the file says about itself
   * @param unread tensors of weights that are not read
   * @throws MalformedInputException naming the file and the tensor, if other formats cannot hold
   *     the name of one
   */
  public Checkpoint(
      String name,
      Format format,
      List<StoredTensor> tensors,
      Map<String, String> metadata,
      List<Unread> unread) {
    this(name, format, tensors, metadata, unread, List.of());
  }

  /**
   * A checkpoint that leaves something out which is no weight of the network.
   *
   * @param notes a line on each kind of what is left out; otherwise as the other constructor
   */
  public Checkpoint(
      String name,
      Format format,
      List<StoredTensor> tensors,
      Map<String, String> metadata,
      List<Unread> unread,
      List<String> notes) {
    HeaderChecks checks = new HeaderChecks(name);
    tensors.forEach(tensor -> checks.name(tensor.name(), tensor.extent().offset()));
    this.name = name;
    this.format = format;
    this.tensors = List.copyOf(tensors);
    this.metadata = Map.copyOf(metadata);
    this.unread = List.copyOf(unread);
    this.notes = List.copyOf(notes);
    for (StoredTensor tensor : tensors) {
      byName.putIfAbsent(tensor.alias(), tensor);
    }
    // A tensor's own name goes before the alias of another.
    for (StoredTensor tensor : tensors) {
      byName.put(tensor.name(), tensor);
    }
  }

  /**
   * Reads the header of a checkpoint and of the data files beside it. Leaves {@code source} open
   * and does not keep it.
   *
   * @throws MalformedInputException if the file is damaged or of another format
   * @throws MissingDataException if a data file beside it cannot be read
   * @throws IOException if it cannot be read
   */
  public static Checkpoint open(ByteSource source) throws IOException {
    Checkpoint stored = stored(source);
    return switch (stored.format) {
      case SAFETENSORS, SHARDS -> PackedModules.together(stored, source);
      case GGUF -> GgufSplits.together(stored, source);
      default -> stored;
    };
  }

  /**
   * The same with tensors as they lie in the file: weights that are several of them, codes and
   * scales (GPTQ, AWQ, compressed-tensors), are not put together, nor are the parts of a GGUF
   * model.
   */
  public static Checkpoint stored(ByteSource source) throws IOException {
    return switch (FormatSniffer.sniff(source)) {
      case SAFETENSORS -> SafetensorsHeader.read(source);
      case ONNX -> OnnxHeader.read(source);
      case NPZ -> Npz.read(source);
      case NPY -> Npy.read(source);
      case TORCH -> TorchFile.read(source);
      case GGUF -> GgufFile.read(source);
      case SHARDS -> ShardIndex.read(source);
      case TFLITE -> TfliteModel.read(source);
      case KERAS -> KerasModel.read(source);
    };
  }

  /**
   * The same with weights in place of the tensors that they are stored as; these are still found.
   *
   * @param whole all tensors, in file order
   */
  public Checkpoint with(List<StoredTensor> whole, List<Unread> refused, List<String> moreNotes) {
    List<Unread> allRefused = new ArrayList<>(unread);
    allRefused.addAll(refused);
    List<String> allNotes = new ArrayList<>(notes);
    allNotes.addAll(moreNotes);
    Checkpoint other = new Checkpoint(name, format, whole, metadata, allRefused, allNotes);
    byName.forEach(other.byName::putIfAbsent);
    return other;
  }

  /**
   * Reads a run of a tensor's elements, in row-major order whatever the file's order is. Memory
   * beyond the result does not depend on the tensor. A run of a compressed tensor costs inflating
   * all that is before it.
   *
   * @param source the file that the tensor's extent names
   * @param firstElement 0-based index of the first element
   * @param count number of elements
   * @throws IllegalArgumentException if the dtype is not known, the run is not within the tensor,
   *     or {@code source} is another file
   * @throws MalformedInputException if the bytes are damaged or the file became shorter
   */
  public static float[] read(StoredTensor tensor, ByteSource source, long firstElement, int count)
      throws IOException {
    return TensorReader.read(tensor, source, firstElement, count);
  }

  /** {@link ByteSource#name} of the file. */
  public String name() {
    return name;
  }

  public Format format() {
    return format;
  }

  /** The tensors in file order. */
  public List<StoredTensor> tensors() {
    return tensors;
  }

  /**
   * Tensors of weights that are not read yet, such as sparse ones of ONNX. What reads a checkpoint
   * as a whole network must refuse one that has any.
   */
  public List<Unread> unread() {
    return unread;
  }

  /** What the file has and {@link #tensors} has not, such as an optimiser's variables, in words. */
  public List<String> notes() {
    return notes;
  }

  /** The tensor of this name or, if there is none, of this alias. */
  public Optional<StoredTensor> find(String nameOrAlias) {
    return Optional.ofNullable(byName.get(nameOrAlias));
  }

  /**
   * What a file says about itself: the {@code __metadata__} of safetensors; numbers, flags and
   * short texts of GGUF; empty elsewhere.
   */
  public Map<String, String> metadata() {
    return metadata;
  }
}
