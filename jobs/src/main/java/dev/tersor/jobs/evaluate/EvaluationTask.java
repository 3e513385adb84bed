package dev.tersor.jobs.evaluate;

import dev.tersor.core.checkpoint.Turned;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.fit.Quantised;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.TensorRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;

/**
 * Evaluates a whole network at one setting: its swept tensors pruned and quantised as the cells
 * are, the others as they are, written to a network file and read again.
 *
 * @param units segments of the swept tensors, in order
 * @param setting null for the weights as they are, dense
 * @param others tensors that are not swept
 */
record EvaluationTask(
    String model,
    TestNetwork network,
    Broadcast<LabelledImages> images,
    List<Unit> units,
    Setting setting,
    List<TensorRef> others,
    SegmentWeights reader,
    long seed)
    implements Serializable {
  /** Every recipe decodes to the same weights; this one is fast. */
  private static final String RECIPE = "bitmap/packed";

  /** What came out: a share, or an error. */
  record Found(Double top1, String error) implements Serializable {}

  Found compute() {
    try {
      List<NetworkTensor> tensors = new ArrayList<>();
      for (TensorRef other : others) {
        tensors.add(plain(other));
      }
      Map<TensorRef, List<Unit>> byTensor = new LinkedHashMap<>();
      for (Unit unit : units) {
        byTensor.computeIfAbsent(unit.segment().tensor(), ref -> new ArrayList<>()).add(unit);
      }
      byTensor.forEach((ref, segments) -> tensors.add(swept(ref, segments)));
      List<NetworkTensor> decoded =
          setting == null ? tensors : NetworkFile.read(NetworkFile.write(tensors).bytes());
      List<NetworkTensor> asStored =
          decoded.stream().map(tensor -> asStored(tensor, byTensor.keySet())).toList();
      return new Found(network.accuracy(asStored, images.value()).top1(), null);
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      return new Found(null, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** A tensor that is swept with another axis first, as its network takes it. */
  private static NetworkTensor asStored(NetworkTensor tensor, Collection<TensorRef> swept) {
    for (TensorRef ref : swept) {
      if (ref.name().equals(tensor.name())
          && ref.stored() != null
          && ref.stored().extent().order() instanceof Turned turned) {
        return new NetworkTensor.Plain(
            tensor.name(), turned.of().shape(), turned.back(tensor.values()), false);
      }
    }
    return tensor;
  }

  private NetworkTensor swept(TensorRef ref, List<Unit> segments) {
    return setting == null
        ? plain(ref)
        : setting.codebook(ref).bits() == BitWidth.LOSSLESS.fixed()
            ? pruned(ref, segments)
            : coded(ref, segments);
  }

  private NetworkTensor pruned(TensorRef ref, List<Unit> segments) {
    float[] values = new float[Math.toIntExact(ref.shape().size())];
    for (Unit unit : segments) {
      float[] part = new Quantised(unit, reader, reader.of(unit.segment()), seed).pruned();
      int offset = Math.toIntExact(unit.segment().segment().offset());
      System.arraycopy(part, 0, values, offset, part.length);
    }
    return new NetworkTensor.Plain(ref.name(), ref.shape(), values, false);
  }

  private NetworkTensor plain(TensorRef ref) {
    Shape shape = ref.shape();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (Segment segment : Segment.cut(shape)) {
      float[] part = reader.of(new SegmentRef(ref, segment));
      System.arraycopy(part, 0, values, Math.toIntExact(segment.offset()), part.length);
    }
    return new NetworkTensor.Plain(ref.name(), shape, values, false);
  }

  private NetworkTensor coded(TensorRef ref, List<Unit> segments) {
    List<Codes> codes = new ArrayList<>();
    for (Unit unit : segments) {
      Quantised quantised = new Quantised(unit, reader, reader.of(unit.segment()), seed);
      codes.add(quantised.codes(setting.codebook(ref)));
    }
    return new NetworkTensor.Coded(ref.name(), ref.shape(), Recipe.parse(RECIPE), codes);
  }
}
