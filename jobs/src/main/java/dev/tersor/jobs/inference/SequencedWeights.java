package dev.tersor.jobs.inference;

import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.symbol.PlainWavelet;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All layers in one wavelet tree (Succinct Compression, section 5). Convolutions are read by blocks
 * and other layers by elements, as the paper does (section 4.1).
 */
final class SequencedWeights implements StoredWeights {
  private final NetworkSequence sequence;
  private final long bytes;

  /**
   * @throws UsageException naming the tensor, if no sequence holds it
   */
  SequencedWeights(List<NetworkTensor.Coded> tensors, PlainWavelet coder) {
    List<NetworkSequence.Layer> layers = new ArrayList<>();
    List<byte[]> codes = new ArrayList<>();
    for (NetworkTensor.Coded tensor : tensors) {
      boolean isConvolution = tensor.shape().rank() > 2;
      layers.add(
          new NetworkSequence.Layer(
              tensor.name(), tensor.shape(), isConvolution, tensor.codebook()));
      codes.add(codes(tensor));
    }
    try {
      byte[] stored = NetworkSequence.of(layers, codes, coder).toBytes();
      this.sequence = NetworkSequence.open(stored);
      this.bytes = stored.length;
    } catch (IllegalArgumentException e) {
      throw new UsageException("encoding: " + e.getMessage(), e);
    }
  }

  private static byte[] codes(NetworkTensor.Coded tensor) {
    byte[] codes = new byte[Math.toIntExact(tensor.shape().size())];
    int at = 0;
    for (Codes segment : tensor.segments()) {
      System.arraycopy(segment.codes(), 0, codes, at, segment.size());
      at += segment.size();
    }
    return codes;
  }

  @Override
  public Layer layer(NetworkTensor.Coded tensor) {
    int index = 0;
    while (!sequence.layers().get(index).name().equals(tensor.name())) {
      index++;
    }
    String name =
        sequence.layers().get(index).isBlockWise()
            ? "sequence, by blocks"
            : "sequence, by elements";
    return new Layer(name, OptionalLong.empty(), MatrixReader.fastest().read(sequence, index));
  }

  @Override
  public Optional<StoredInference.SequenceResult> sequence() {
    return Optional.of(
        new StoredInference.SequenceResult(
            sequence.coder().name(), sequence.length(), bytes, SequenceTimes.placeNanos(sequence)));
  }
}
