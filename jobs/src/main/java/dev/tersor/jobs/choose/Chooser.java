package dev.tersor.jobs.choose;

import dev.tersor.core.index.Access;
import dev.tersor.jobs.choose.EqualSlopes.Point;
import dev.tersor.jobs.choose.EqualSlopes.Solution;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Chooses settings of layers by {@link EqualSlopes}, and one setting for all of them to compare
 * with. What is chosen is never worse than that.
 */
public final class Chooser {
  /** How often a budget is lowered by texts that layers share. */
  private static final int ATTEMPTS = 8;

  private final List<Layer> layers;
  private final Frame frame;
  private final double nanos;

  /**
   * @param access the weakest that is allowed
   * @param nanos of decoding all layers on one core, at most; infinite for no limit
   * @throws UsageException naming the layer, if nothing of it can be read so
   */
  public Chooser(List<Layer> measured, Frame frame, Access access, double nanos) {
    this.layers = new ArrayList<>();
    for (Layer layer : measured) {
      List<Candidate> allowed =
          layer.candidates().stream()
              .filter(candidate -> candidate.access().and(access) == access)
              .toList();
      if (allowed.isEmpty()) {
        throw new UsageException(
            "access: %s: no encoding of tensor '%s' that was measured can be read so; name others"
                    .formatted(access.name().toLowerCase(Locale.ROOT), layer.name())
                + " with --encodings");
      }
      layers.add(new Layer(layer.tensor(), layer.power(), allowed));
    }
    this.frame = frame;
    this.nanos = nanos;
  }

  public List<Layer> layers() {
    return layers;
  }

  /** Numbers of all kinds in the file. */
  public long numbers() {
    return frame.numbers(layers);
  }

  /**
   * The best choice under a target.
   *
   * @throws UsageException saying what is the nearest, if it cannot be reached
   */
  public Choice under(ChoiceTarget target) {
    return switch (target.kind()) {
      case BYTES, RATE -> withinBytes(target.bytes(numbers()));
      case SQNR -> withinSqnr(target.value());
      case DROP -> throw new IllegalArgumentException("an accuracy is measured: DropSearch");
    };
  }

  /**
   * The smallest files of one setting for all layers that are as good as a choice: of settings that
   * do not count bits, and of those that do, where there are such.
   *
   * @param target what the choice was made under
   */
  public List<Choice> singles(ChoiceTarget target, Choice choice) {
    Predicate<Choice> asGood =
        target.kind() == ChoiceTarget.Kind.SQNR
            ? one -> one.sqnr() >= target.value()
            : one -> one.loss() <= choice.loss();
    List<Choice> singles = new ArrayList<>();
    single(asGood.and(one -> !countsBits(one)), Choice::bytes).ifPresent(singles::add);
    single(asGood.and(Chooser::countsBits), Choice::bytes).ifPresent(singles::add);
    return singles;
  }

  private static boolean countsBits(Choice single) {
    return single.chosen().get(0).setting().codebook().contains("lambda=");
  }

  /**
   * The least loss in a file of so many bytes.
   *
   * @throws UsageException saying what is the nearest, if no file is so small
   */
  public Choice withinBytes(long budget) {
    long overhead = overhead(smallest().chosen());
    Choice best = null;
    for (int attempt = 0; attempt < ATTEMPTS && best == null; attempt++) {
      Optional<Choice> found =
          solve(Candidate::bytes, Candidate::loss, (double) (budget - overhead), byByte -> byByte);
      if (found.isEmpty()) {
        break;
      }
      if (found.get().bytes() <= budget) {
        best = found.get();
      } else {
        overhead += found.get().bytes() - budget;
      }
    }
    Choice chosen = better(best, single(one -> one.bytes() <= budget, Choice::loss), Choice::loss);
    if (chosen == null) {
      throw tooSmall(budget);
    }
    return chosen;
  }

  /**
   * The smallest file with so much loss.
   *
   * @return empty if there is none
   */
  public Optional<Choice> withinLoss(double limit) {
    return Optional.ofNullable(
        better(
            solve(Candidate::loss, Candidate::bytes, limit, byLoss -> 1 / byLoss).orElse(null),
            single(one -> one.loss() <= limit, Choice::bytes),
            Choice::bytes));
  }

  /**
   * The smallest file with so much signal to noise, in dB.
   *
   * @throws UsageException saying what is the nearest, if nothing is so exact
   */
  public Choice withinSqnr(double decibels) {
    double power = layers.stream().mapToDouble(Layer::power).sum();
    return withinLoss(power / Math.pow(10, decibels / 10))
        .orElseThrow(
            () -> {
              Choice nearest = mostExact();
              return new UsageException(
                  String.format(
                      Locale.ROOT,
                      "sqnr: %s dB cannot be reached with what was measured%s; the nearest is"
                          + " %.2f dB in %,d bytes",
                      decibels,
                      timeWords(),
                      nearest.sqnr(),
                      nearest.bytes()));
            });
  }

  /** The best choice of one setting for all layers. */
  public Optional<Choice> single(Predicate<Choice> allowed, ToDoubleFunction<Choice> loss) {
    return singles().stream()
        .filter(one -> one.nanos() <= nanos)
        .filter(allowed)
        .min(Comparator.comparingDouble(loss));
  }

  /** Each setting that all layers have, as a choice. */
  public List<Choice> singles() {
    Set<Setting> common = new LinkedHashSet<>(settings(layers.get(0)));
    layers.forEach(layer -> common.retainAll(settings(layer)));
    List<Choice> singles = new ArrayList<>();
    for (Setting setting : common) {
      singles.add(
          choice(
              layers.stream()
                  .map(
                      layer ->
                          layer.candidates().stream()
                              .filter(candidate -> candidate.setting().equals(setting))
                              .findFirst()
                              .orElseThrow())
                  .toList(),
              Double.NaN));
    }
    return singles;
  }

  /** The smallest choice. */
  public Choice smallest() {
    return solve(Candidate::loss, Candidate::bytes, Double.POSITIVE_INFINITY, byLoss -> 0)
        .orElseThrow(this::tooSlow);
  }

  /** The choice of the least loss. */
  public Choice mostExact() {
    return solve(Candidate::bytes, Candidate::loss, Double.POSITIVE_INFINITY, byByte -> byByte)
        .orElseThrow(this::tooSlow);
  }

  /** A choice by its candidates. */
  public Choice choice(List<Candidate> chosen, double slope) {
    return new Choice(layers, chosen, frame.bytes(layers, chosen), slope);
  }

  private static List<Setting> settings(Layer layer) {
    return layer.candidates().stream().map(Candidate::setting).toList();
  }

  private Optional<Choice> solve(
      ToDoubleFunction<Candidate> cost,
      ToDoubleFunction<Candidate> loss,
      double limit,
      DoubleUnaryOperator slope) {
    List<List<Point>> points = new ArrayList<>();
    for (Layer layer : layers) {
      points.add(
          layer.candidates().stream()
              .map(one -> point(one, cost.applyAsDouble(one), loss.applyAsDouble(one)))
              .toList());
    }
    Optional<Solution> solution = EqualSlopes.of(points, limit, nanos);
    if (solution.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate> chosen = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      chosen.add(layers.get(i).candidates().get(solution.get().points().get(i)));
    }
    return Optional.of(choice(chosen, slope.applyAsDouble(solution.get().slope())));
  }

  /** With the time where there is a limit: else it would tell apart what is the same. */
  private Point point(Candidate one, double cost, double loss) {
    return new Point(cost, loss, Double.isInfinite(nanos) ? 0 : one.nanos());
  }

  private static Choice better(Choice own, Optional<Choice> single, ToDoubleFunction<Choice> loss) {
    if (own == null) {
      return single.orElse(null);
    }
    return single.isPresent() && loss.applyAsDouble(single.get()) < loss.applyAsDouble(own)
        ? single.get()
        : own;
  }

  private long overhead(List<Candidate> chosen) {
    return frame.bytes(layers, chosen) - chosen.stream().mapToLong(Candidate::bytes).sum();
  }

  private UsageException tooSmall(long budget) {
    Choice nearest = smallest();
    return new UsageException(
        String.format(
            Locale.ROOT,
            "bytes: no file of %,d bytes with what was measured%s; the smallest has %,d bytes, at"
                + " %.2f dB",
            budget,
            timeWords(),
            nearest.bytes(),
            nearest.sqnr()));
  }

  private UsageException tooSlow() {
    double least =
        layers.stream()
            .mapToDouble(
                layer ->
                    layer.candidates().stream().mapToDouble(Candidate::nanos).min().orElseThrow())
            .sum();
    long weights = layers.stream().mapToLong(Layer::weights).sum();
    return new UsageException(
        String.format(
            Locale.ROOT,
            "speed: nothing that was measured decodes so fast; the nearest is %.1f million weights"
                + " a second",
            1e3 * weights / least));
  }

  private String timeWords() {
    return Double.isInfinite(nanos) ? "" : " at this speed";
  }
}
