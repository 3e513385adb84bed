package dev.tersor.core.network;

import dev.tersor.core.Compression;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checkpoints to {@code .tersor} files ({@link NetworkFile}) and back. */
public final class Networks {
  /** Writes the bytes of a file. */
  @FunctionalInterface
  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private Networks() {}

  /**
   * Opens a checkpoint for reading: names, shapes, and weights on request.
   *
   * @param checkpoint a safetensors, ONNX, npz or npy file
   * @throws MalformedInputException if it is damaged or of another format
   * @throws IOException if it cannot be read
   */
  public static OpenCheckpoint open(Path checkpoint) throws IOException {
    return OpenCheckpoint.of(checkpoint);
  }

  /**
   * Compresses a checkpoint to a network file. Tensors of rank 2 and more are pruned, quantised and
   * encoded; others are stored as numbers, integers as they are. The file is decoded again and
   * compared before it appears.
   *
   * @param checkpoint a safetensors, ONNX, npz or npy file
   * @param to the file to write, which must not exist
   * @throws IllegalArgumentException naming the tensor, if one cannot be held
   * @throws MalformedInputException if the checkpoint is damaged
   * @throws IOException if a file cannot be read or written, or is there already
   */
  public static void compress(Path checkpoint, Path to, Compression compression)
      throws IOException {
    checkNew(to);
    byte[] file =
        CompressedNetwork.of(open(checkpoint), tensor -> compression, tensor -> {}).bytes();
    write(to, out -> out.write(file));
  }

  /**
   * Decodes a network file to a safetensors file, weights as F32, integers as they are.
   *
   * @param to the file to write, which must not exist
   * @throws IllegalArgumentException if safetensors cannot hold a tensor's name
   * @throws MalformedInputException if the network file is damaged
   * @throws IOException if a file cannot be read or written, or is there already
   */
  public static void decompress(Path network, Path to) throws IOException {
    checkNew(to);
    List<NetworkTensor> tensors = NetworkFile.read(Files.readAllBytes(network));
    write(to, out -> writeSafetensors(tensors, out));
  }

  /**
   * Writes tensors as a safetensors file, weights as F32, integers as they are.
   *
   * @param out is closed
   * @throws IllegalArgumentException if safetensors cannot hold a tensor's name
   */
  public static void writeSafetensors(List<NetworkTensor> network, OutputStream out)
      throws IOException {
    Map<String, NetworkTensor> tensors = new TreeMap<>();
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, IntegerFormat> integers = new TreeMap<>();
    for (NetworkTensor tensor : network) {
      tensors.put(tensor.name(), tensor);
      shapes.put(tensor.name(), tensor.shape());
      if (tensor instanceof NetworkTensor.Integers whole) {
        integers.put(tensor.name(), whole.format());
      }
    }
    try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, integers, Map.of())) {
      for (NetworkTensor tensor : tensors.values()) {
        if (tensor instanceof NetworkTensor.Integers whole) {
          writer.write(tensor.name(), whole.bytes());
        } else {
          writer.write(tensor.name(), tensor.values());
        }
      }
    }
  }

  private static void checkNew(Path file) throws FileAlreadyExistsException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /** The file appears when it is whole. */
  private static void write(Path to, Body body) throws IOException {
    Path draft = to.resolveSibling("." + to.getFileName() + "." + System.nanoTime());
    try {
      try (OutputStream out = Files.newOutputStream(draft)) {
        body.writeTo(out);
      }
      Files.move(draft, to);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
