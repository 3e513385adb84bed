package dev.tersor.jobs.cli;

import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.index.Access;
import dev.tersor.jobs.choose.Choice;
import dev.tersor.jobs.choose.ChoiceTarget;
import dev.tersor.jobs.choose.Chooser;
import dev.tersor.jobs.choose.ChosenNetwork;
import dev.tersor.jobs.choose.DropSearch;
import dev.tersor.jobs.choose.Frame;
import dev.tersor.jobs.choose.Images;
import dev.tersor.jobs.choose.Layer;
import dev.tersor.jobs.choose.Opq;
import dev.tersor.jobs.choose.OutputErrors;
import dev.tersor.jobs.choose.RateGrid;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Encodings;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.report.ChoiceText;
import dev.tersor.jobs.report.PlanText;
import dev.tersor.jobs.source.OtherTensors;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightResolver;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The smallest network file under what the user names, layer by layer. */
@Command(
    name = "choose",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Chooses sparsity, bits, codebook and encoding of each layer of a network: the smallest file"
          + " under an error, or the least error under a size.",
      "What it chooses from are cells of a sweep, which it computes where the results folder does"
          + " not hold them. The file is written, read again, and compared with what was predicted;"
          + " beside it come the settings, for 'compress --config', and a plot."
    })
final class ChooseCommand implements Callable<Integer> {
  private static final String BUILT_IN = "choose";
  private static final String OPQ_RECIPE = "dense/cabac";
  private static final String SLOW = "dense/mix";

  @Mixin ChooseTarget under;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE.tersor",
      description = "file to write, with FILE.conf and FILE.svg; none may exist")
  String to;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "slopes",
      description = {
        "slopes (default), or opq: one-shot pruning to one --sparsities S of the whole network, and",
        "steps in closed form, as a baseline"
      })
  String method;

  @Option(names = "--half", description = "16 bits for centroids, biases and other plain numbers")
  boolean half;

  @Mixin ChooseImages images;

  @Mixin WeightOptions from;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "S",
      description = "shares of weights to prune, in [0, 1), or asis, to choose from")
  List<String> sparsities;

  @Option(names = "--bits", split = ",", paramLabel = "B", description = "bits to choose from")
  List<String> bits;

  @Option(
      names = "--codebooks",
      paramLabel = "NAME[,NAME...]",
      description = "codebooks to choose from, as those of sweep")
  List<String> codebooks;

  @Option(
      names = "--encodings",
      paramLabel = "RECIPE[,RECIPE...]",
      description = "recipes, or globs of them, to choose from")
  List<String> encodings;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "HOCON file of a sweep whose cells to choose from; flags go before it")
  String config;

  @Option(names = "--seed", paramLabel = "N", description = "for codebooks that draw")
  Long seed;

  @Option(names = "--out", paramLabel = "DIR", description = "results folder (default: results)")
  String out;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ChoiceTarget target = under.target();
    under.nanos(1);
    images.check(target);
    SweepSettings settings = SettingsLoader.load(config == null ? BUILT_IN : config, flags());
    check(settings.grid());
    boolean isOpq = isOpq(target, settings.grid());
    Sessions.startFirstInCluster("choose");
    Configuration hadoop = HadoopSettings.get();
    ChosenFiles files = new ChosenFiles(to, hadoop);
    files.check();
    ResolvedModel model = model(new WeightResolver(settings.from(), hadoop).resolve());
    TensorSettings.check(settings.grid(), List.of(model));
    System.err.print(PlanText.sources(List.of(model)));
    List<NetworkTensor.Integers> integers =
        OtherTensors.integers(
            model, Optional.ofNullable(settings.from().files().get(model.name())), hadoop);
    Optional<Images> looked = images.of(target, settings, model, hadoop);
    if (isOpq) {
      // It looks at no cells, so it needs no folder of them.
      try (Sessions spark = Sessions.start("choose")) {
        return opq(spark.session(), target, settings, model, integers, files);
      }
    }
    ResultsFolder folder = ResultsFolder.create(settings.run().out(), hadoop);
    try (Sessions spark = Sessions.start("choose")) {
      return choose(spark.session(), target, settings, model, integers, looked, folder, files);
    }
  }

  private int choose(
      SparkSession session,
      ChoiceTarget target,
      SweepSettings settings,
      ResolvedModel model,
      List<NetworkTensor.Integers> integers,
      Optional<Images> looked,
      ResultsFolder folder,
      ChosenFiles files)
      throws IOException {
    LayerCells cells = new LayerCells(session, settings, model, folder, half);
    cells.measure(Runs.start(spec, folder), settings.grid());
    if (codebooks == null && bits == null && config == null) {
      Optional<GridSettings> rates =
          RateGrid.of(settings.grid(), cells.layers(), under.weakestAccess(), slow());
      if (rates.isPresent()) {
        cells.measure(Runs.start(spec, folder), rates.get());
      }
    }
    List<Layer> layers = cells.layers();
    Frame frame = frame(model, integers);
    long weights = layers.stream().mapToLong(Layer::weights).sum();
    ChosenNetwork network =
        new ChosenNetwork(session, model, integers, half, settings.grid().seed());
    if (looked.isPresent()) {
      layers = new OutputErrors(session, network, looked.get()).weigh(layers);
    }
    Chooser chooser = new Chooser(layers, frame, under.weakestAccess(), under.nanos(weights));
    DropSearch.Found found = null;
    DropSearch search = looked.map(l -> new DropSearch(session, network, l, chooser)).orElse(null);
    if (target.kind() == ChoiceTarget.Kind.DROP) {
      found = search.within(target.value());
    }
    Choice choice = found == null ? chooser.under(target) : found.choice();
    ChosenNetwork.Written written = network.write(choice);
    List<Choice> singles = chooser.singles(target, choice);
    files.write(target, model.name(), choice, network, written, singles);
    System.out.println();
    System.out.print(
        ChoiceText.of(choice, written, singles, looked.isPresent() ? "outputs' noise" : "noise"));
    if (search != null) {
      System.out.print(ChoiceText.accuracy(looked.get(), found, search.test(choice)));
    }
    System.out.printf(
        Locale.ROOT,
        "%,d cells, %,d of them computed now.%n%s%n",
        cells.count(),
        cells.computed(),
        files);
    return cells.failed() == 0 ? Main.OK : Main.FAILED;
  }

  /** The baseline of closed forms, which needs no cells. */
  private int opq(
      SparkSession session,
      ChoiceTarget target,
      SweepSettings settings,
      ResolvedModel model,
      List<NetworkTensor.Integers> integers,
      ChosenFiles files)
      throws IOException {
    ChosenNetwork network =
        new ChosenNetwork(session, model, integers, half, settings.grid().seed());
    String recipe = encodings == null ? OPQ_RECIPE : settings.grid().encodings().get(0);
    double sparsity = settings.grid().prunings().get(0).target().orElse(0);
    Opq.Made made =
        new Opq(session, network, frame(model, integers), model.tensors(), recipe)
            .under(target, sparsity);
    files.write(target, model.name(), made.choice(), network, made.written(), List.of());
    System.out.println();
    System.out.print(ChoiceText.of(made.choice(), made.written(), List.of(), "noise"));
    System.out.println(files);
    return Main.OK;
  }

  private boolean isOpq(ChoiceTarget target, GridSettings grid) {
    if (method.equals("slopes")) {
      return false;
    }
    if (!method.equals("opq")) {
      throw new UsageException("method: '" + method + "', expected slopes or opq");
    }
    if (target.kind() == ChoiceTarget.Kind.DROP || images.calibration != null) {
      throw new UsageException(
          "method: opq looks at no images, expected --bytes, --rate or --sqnr");
    }
    if (sparsities == null || grid.prunings().size() != 1) {
      throw new UsageException(
          "method: opq takes one share to prune of the whole network, as in --sparsities 0.9");
    }
    if (bits != null || codebooks != null || under.access != null || under.speed != null) {
      throw new UsageException(
          "method: opq finds its steps itself: no --bits, --codebooks, --access or --speed");
    }
    return true;
  }

  /** What takes too long to be tried with everything. */
  private List<String> slow() {
    return encodings == null && under.weakestAccess() == Access.SEQUENTIAL
        ? List.of(SLOW)
        : List.of();
  }

  private Frame frame(ResolvedModel model, List<NetworkTensor.Integers> integers) {
    return new Frame(
        model.others().stream()
            .map(
                other ->
                    new Frame.Plain(
                        other.checkpointTensor().map(stored -> stored.name()).orElse(other.name()),
                        other.shape()))
            .toList(),
        integers.stream()
            .map(one -> new Frame.Integers(one.name(), one.shape(), one.format()))
            .toList(),
        half);
  }

  /** The one model, with everything of it that {@code compress} quantises as a layer to choose. */
  private static ResolvedModel model(List<ResolvedModel> models) {
    if (models.size() != 1) {
      throw new UsageException(
          "choose: one network at a time, expected one of --models or --weights, found "
              + models.stream().map(ResolvedModel::name).toList());
    }
    ResolvedModel model = models.get(0);
    List<TensorRef> layers = new ArrayList<>(model.tensors());
    List<TensorRef> others = new ArrayList<>();
    for (TensorRef other : model.others()) {
      boolean isLayer = other.shape().rank() >= 2 && other.shape().size() > 0;
      (isLayer ? layers : others).add(other);
    }
    return new ResolvedModel(model.name(), model.title(), layers, others, model.notes());
  }

  /** Refuses what a settings file cannot say of one layer. */
  private static void check(GridSettings grid) {
    for (Pruning pruning : grid.prunings()) {
      if (pruning.scope() != Pruning.Scope.TENSOR && pruning.scope() != Pruning.Scope.ASIS) {
        throw new UsageException(
            "sparsities: "
                + pruning.label()
                + " is no setting of one layer, expected shares in [0, 1) or asis");
      }
    }
    for (BitWidth width : grid.bits()) {
      if (width.isPaper() || width.isFile() || width.isLossless()) {
        throw new UsageException("bits: " + width + " is nothing to choose, expected 1..8");
      }
    }
    if (grid.codebooks().contains(SettingsLoader.MLLIB)) {
      throw new UsageException("codebooks: mllib is for sweeps, no file is written with it");
    }
  }

  private Map<String, Object> flags() {
    Flags flags = new Flags();
    from.put(flags);
    images.put(flags);
    List<String> recipes = encodings == null ? null : Encodings.split("encodings", encodings);
    if (recipes == null && config == null) {
      recipes = under.encodings();
    }
    return flags
        .put("sparsities", sparsities)
        .put("bits", bits)
        .put("codebooks", codebooks == null ? null : Encodings.split("codebooks", codebooks))
        .put("encodings", recipes)
        .put("seed", seed)
        .put("out", out)
        .put("keep", List.of())
        .values();
  }
}
