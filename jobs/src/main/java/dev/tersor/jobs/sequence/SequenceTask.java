package dev.tersor.jobs.sequence;

import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.encode.NetworkSequence.Layer;
import dev.tersor.core.encode.NetworkSequence.Place;
import dev.tersor.core.symbol.PlainWavelet;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.fit.Quantised;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.inference.SequenceTimes;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * Builds the one sequence of a network at a setting from the codes that its cells have, reads it
 * again, and times how layers are found and read.
 *
 * @param units segments of all swept tensors, in order
 * @param setting with the sequence's encoding
 * @param fprThreshold above so many multiply-accumulates a weight a layer is block-wise
 */
record SequenceTask(
    String key,
    String run,
    String model,
    String weightsHash,
    List<Unit> units,
    Setting setting,
    double fprThreshold,
    int timingRuns,
    SegmentWeights reader,
    long seed)
    implements Serializable {

  private static final long LEAST_NANOS = 300_000_000;

  Row compute() {
    RowBuilder row = identity();
    try {
      return measured(row).build();
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      return identity().setAll(Failure.of(e).values()).build();
    }
  }

  private RowBuilder identity() {
    TreeSet<String> sources = new TreeSet<>();
    units.forEach(unit -> sources.add(unit.segment().tensor().origin().label()));
    return new RowBuilder(Table.SEQUENCES)
        .set("key", key)
        .set("run_id", run)
        .set("model", model)
        .set("weights_source", String.join("+", sources))
        .set("weights_hash", weightsHash)
        .setAll(setting.values());
  }

  private RowBuilder measured(RowBuilder row) {
    Map<TensorRef, List<Unit>> byTensor = new LinkedHashMap<>();
    for (Unit unit : units) {
      byTensor.computeIfAbsent(unit.segment().tensor(), ref -> new ArrayList<>()).add(unit);
    }
    List<Layer> layers = new ArrayList<>();
    List<byte[]> codes = new ArrayList<>();
    long params = 0;
    long nonZeros = 0;
    long packedBits = 0;
    for (Map.Entry<TensorRef, List<Unit>> tensor : byTensor.entrySet()) {
      TensorRef ref = tensor.getKey();
      byte[] all = new byte[Math.toIntExact(ref.shape().size())];
      List<Codebook> parts = new ArrayList<>();
      for (Unit unit : tensor.getValue()) {
        Codes part =
            new Quantised(unit, reader, reader.of(unit.segment()), seed)
                .codes(setting.codebook(ref));
        System.arraycopy(
            part.codes(), 0, all, Math.toIntExact(unit.segment().segment().offset()), part.size());
        parts.add(part.codebook());
        nonZeros += part.nonZeros();
      }
      Codebook codebook = Codebook.join(ref.shape(), parts);
      layers.add(
          new Layer(
              ref.name(), ref.shape(), TensorSettings.isBlockWise(ref, fprThreshold), codebook));
      codes.add(all);
      params += all.length;
      packedBits += (long) all.length * codebook.bits();
    }
    PlainWavelet coder = NetworkSequence.coder(setting.encoding());
    byte[] stored = NetworkSequence.of(layers, codes, coder).toBytes();
    NetworkSequence sequence = NetworkSequence.open(stored);
    check(sequence, layers, codes);
    return row.set("tensors", (long) layers.size())
        .set("block_wise", layers.stream().filter(Layer::isBlockWise).count())
        .set("params", params)
        .set("sparsity", 1 - (double) nonZeros / params)
        .set("symbols", (long) sequence.length())
        .set("total_bytes", (long) stored.length)
        .set("bits_per_weight", 8.0 * stored.length / params)
        .set("ratio_fp32", (double) Float.BYTES * params / stored.length)
        .set("ratio_packed", packedBits / 8.0 / stored.length)
        .set("place_ns", SequenceTimes.placeNanos(sequence))
        .set("element_ns_per_weight", nanos(sequence, layers, false))
        .set("block_ns_per_weight", nanos(sequence, layers, true))
        .set("timing_runs", timingRuns)
        .set("verified", true);
  }

  private static void check(NetworkSequence sequence, List<Layer> layers, List<byte[]> codes) {
    for (int layer = 0; layer < layers.size(); layer++) {
      Codes decoded = sequence.decode(layer);
      boolean isSame =
          Arrays.equals(decoded.codes(), codes.get(layer))
              && decoded.codebook().equals(layers.get(layer).codebook())
              && sequence.layers().get(layer).name().equals(layers.get(layer).name());
      if (!isSame) {
        throw new IllegalStateException(
            "layer '" + layers.get(layer).name() + "' is read other than it was stored");
      }
    }
  }

  /** Nanoseconds a weight of reading all layers of one kind; null where there are none. */
  private Double nanos(NetworkSequence sequence, List<Layer> layers, boolean byBlocks) {
    List<Place> places = new ArrayList<>();
    long weights = 0;
    int most = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layers.get(layer).isBlockWise() == byBlocks) {
        Place place = sequence.place(layer);
        places.add(place);
        weights += place.to() - place.from();
        most = Math.max(most, place.to() - place.from());
      }
    }
    if (weights == 0) {
      return null;
    }
    byte[] out = new byte[most];
    long least = Long.MAX_VALUE;
    long spent = 0;
    // Small networks are read often enough for what reads them to be compiled.
    for (int i = 0; i < timingRuns || (timingRuns > 1 && spent < LEAST_NANOS); i++) {
      long start = System.nanoTime();
      for (Place place : places) {
        sequence.codes(place, 0, place.to() - place.from(), out);
      }
      long nanos = System.nanoTime() - start;
      least = Math.min(least, nanos);
      spent += nanos;
    }
    return (double) least / weights;
  }
}
