package dev.tersor.jobs.train;

import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.TensorSpec;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.jobs.config.PerTensor;
import dev.tersor.jobs.config.TrainingSettings;
import dev.tersor.jobs.config.TrainingSettings.Order;
import dev.tersor.jobs.config.TrainingSettings.Schedule;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.CellKeys;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The grid of a training: which networks, and which stages they share. */
final class Plan {
  /** To be raised when training changes what comes out of the same settings. */
  private static final int GENERATION = 1;

  /**
   * One row of the trained table.
   *
   * @param pruned the stage before sharing: pruned, or dense where everything stays
   * @param densities as the settings say it
   * @param bits as the settings say it
   * @param rank share of the squared singular values that stays, where the matrices are decomposed,
   *     else 0
   */
  record Cell(
      String key,
      Stage.Dense dense,
      Stage pruned,
      Stage.Share shared,
      String densities,
      String bits,
      String encoding,
      int biasBits,
      double rank)
      implements Serializable {
    /** Whether there is a stage between the dense network and sharing. */
    boolean isPruned() {
      return !pruned.key().equals(dense.key());
    }
  }

  private final List<Cell> cells = new ArrayList<>();

  /**
   * @param data the training set, its files' sha256 included
   */
  Plan(TrainingSettings settings, Architecture architecture, String data) {
    // Everything that a dense network depends on beside its phase and seed.
    String task =
        CellKeys.ofParts(
            List.of(
                "generation " + GENERATION,
                architecture.graph().orElseThrow().toString(),
                architecture.parameters().toString(),
                data,
                "held-out " + settings.heldOut(),
                "images " + settings.images(),
                "batch " + settings.batch(),
                "shift " + settings.shift(),
                "flip " + settings.flip()));
    List<TensorSpec> tensors = architecture.tensors().stream().filter(TensorSpec::prune).toList();
    List<String> names = tensors.stream().map(TensorSpec::name).toList();
    settings.densities().forEach(setting -> setting.check(names));
    settings.bits().forEach(setting -> setting.check(names));
    checkCodebooks(settings, tensors);
    settings.prune().units().forEach(setting -> setting.check(names));
    double ramp = settings.prune().schedule() == Schedule.CUBIC ? settings.prune().ramp() : 0;
    for (long seed : settings.seeds()) {
      Stage.Dense dense = Stage.Dense.of(task, settings.dense(), seed);
      addLowRank(settings, dense, names);
      for (PerTensor density : settings.densities()) {
        Map<String, Double> densities = numbers(tensors, t -> density.of(t, t.paperDensity()));
        boolean all = densities.values().stream().allMatch(d -> d == 1);
        for (Order order : settings.orders()) {
          boolean first = order == Order.PRUNE_FIRST;
          Stage pruned =
              all || !first
                  ? dense
                  : Stage.Prune.of(
                      dense,
                      settings.prune().phase(),
                      densities,
                      settings.prune().scope(),
                      ramp,
                      units(settings, tensors),
                      settings.distillation());
          for (PerTensor bits : settings.bits()) {
            Map<String, Integer> widths = widths(bits, tensors);
            for (String codebook : settings.codebooks()) {
              if (!takes(codebook, widths)) {
                continue;
              }
              for (double bitPrice : settings.bitPrices()) {
                Stage.Share shared =
                    Stage.Share.of(
                        dense,
                        pruned,
                        settings.share().phase(),
                        widths,
                        codebook,
                        all || first ? Map.of() : densities,
                        settings.distillation(),
                        bitPrice,
                        settings.share().trains());
                add(settings, dense, pruned, shared, density, bits);
              }
            }
          }
        }
      }
    }
  }

  /** Each codebook is there at those of the widths that its codes can have. */
  private static boolean takes(String codebook, Map<String, Integer> widths) {
    CodebookFitter fitter = CodebookFitters.parse(codebook);
    return widths.values().stream()
        .allMatch(width -> width == Stage.Share.NOT_SHARED || fitter.takes(width));
  }

  private static void checkCodebooks(TrainingSettings settings, List<TensorSpec> tensors) {
    List<Map<String, Integer>> widths =
        settings.bits().stream().map(bits -> widths(bits, tensors)).toList();
    List<String> labels = settings.bits().stream().map(PerTensor::label).toList();
    boolean isPruned =
        settings.densities().stream()
            .flatMap(setting -> tensors.stream().map(t -> setting.of(t, t.paperDensity())))
            .anyMatch(density -> density != 1);
    for (String codebook : settings.codebooks()) {
      CodebookFitter fitter = CodebookFitters.parse(codebook);
      if (widths.stream().noneMatch(of -> takes(codebook, of))) {
        throw new UsageException(
            "codebooks: %s has codes of %s bits, expected among bits %s"
                .formatted(codebook, fitter.bitsText(), labels));
      }
      if (isPruned && !fitter.keepsZero()) {
        throw new UsageException(
            "codebooks: "
                + codebook
                + " has no zero for pruned weights, expected densities of 1 alone");
      }
    }
    for (int i = 0; i < widths.size(); i++) {
      Map<String, Integer> of = widths.get(i);
      if (settings.codebooks().stream().noneMatch(codebook -> takes(codebook, of))) {
        throw new UsageException(
            "bits: %s are those of none of codebooks %s"
                .formatted(labels.get(i), settings.codebooks()));
      }
    }
  }

  private static Map<String, Integer> widths(PerTensor bits, List<TensorSpec> tensors) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    numbers(tensors, t -> bits.of(t, paperBits(t)))
        .forEach((name, width) -> widths.put(name, width.intValue()));
    return widths;
  }

  /** The cells of a network: each way to store it. */
  private void add(
      TrainingSettings settings,
      Stage.Dense dense,
      Stage pruned,
      Stage.Share shared,
      PerTensor density,
      PerTensor bits) {
    for (String encoding : settings.encodings()) {
      for (int biasBits : settings.biasBits()) {
        String key =
            CellKeys.ofParts(
                List.of(
                    "trained",
                    shared.key(),
                    encoding,
                    "biases " + biasBits,
                    "test " + settings.test()));
        cells.add(
            new Cell(
                key, dense, pruned, shared, density.label(), bits.label(), encoding, biasBits, 0));
      }
    }
  }

  private void addLowRank(TrainingSettings settings, Stage.Dense dense, List<String> names) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    names.forEach(name -> widths.put(name, Stage.Share.NOT_SHARED));
    for (double rank : settings.ranks()) {
      Stage.Share shared =
          Stage.Share.of(
              dense,
              dense,
              settings.share().phase(),
              widths,
              "svd energy " + rank,
              Map.of(),
              settings.distillation(),
              0,
              Trains.LEVELS);
      // Numbers of the factors take 32 bits, or 16 where biases take fewer.
      for (int biasBits :
          settings.biasBits().stream().map(bits -> bits == 32 ? 32 : 16).distinct().toList()) {
        String key =
            CellKeys.ofParts(
                List.of("trained", shared.key(), "numbers " + biasBits, "test " + settings.test()));
        cells.add(
            new Cell(
                key, dense, dense, shared, "1", "32", "svd(energy=" + rank + ")", biasBits, rank));
      }
    }
  }

  private static Optional<Map<String, Double>> units(
      TrainingSettings settings, List<TensorSpec> tensors) {
    return settings.prune().units().stream()
        .findFirst()
        .map(share -> numbers(tensors, t -> share.of(t, OptionalDouble.empty())));
  }

  private static OptionalDouble paperBits(TensorSpec tensor) {
    return tensor.paperBits().isPresent()
        ? OptionalDouble.of(tensor.paperBits().getAsInt())
        : OptionalDouble.empty();
  }

  private static Map<String, Double> numbers(
      List<TensorSpec> tensors, ToDoubleFunction<TensorSpec> number) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    tensors.forEach(tensor -> numbers.put(tensor.name(), number.applyAsDouble(tensor)));
    return numbers;
  }

  List<Cell> cells() {
    return cells;
  }
}
