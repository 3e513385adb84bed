package dev.tersor.examples;

import dev.tersor.core.Compression;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.network.Networks;
import java.io.IOException;
import java.nio.file.Path;

/** Compresses a checkpoint to a .tersor file, and lists what comes out of it. */
public final class CompressCheckpoint {
  private CompressCheckpoint() {}

  /**
   * @param args a safetensors, ONNX or npz file, the .tersor file to write, and the safetensors
   *     file to decode it to
   */
  public static void main(String[] args) throws IOException {
    Path checkpoint = Path.of(args[0]);
    Path compressed = Path.of(args[1]);
    Path restored = Path.of(args[2]);
    Compression small = Compression.DEFAULT.sparsity(0.9).bits(4);

    Networks.compress(checkpoint, compressed, small);
    Networks.decompress(compressed, restored);

    OpenCheckpoint network = Networks.open(restored);
    for (StoredTensor tensor : network.tensors()) {
      float[] values = network.weights(tensor);
      System.out.println(tensor.name() + " " + tensor.shape() + ": " + values.length);
    }
  }
}
