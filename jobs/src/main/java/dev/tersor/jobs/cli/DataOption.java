package dev.tersor.jobs.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The options that say on which images a network of an ONNX file is tested. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "data set that ONNX graphs are tested on (fetch --list says which there are)")
  String name;

  @Option(
      names = "--data-mean",
      split = ",",
      paramLabel = "M",
      description = "of each channel, of pixels in [0, 1] (default: 0)")
  List<Double> mean;

  @Option(
      names = "--data-deviation",
      split = ",",
      paramLabel = "D",
      description = "of each channel (default: 1)")
  List<Double> deviation;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "folder of NAME.conf data sets (default: conf/data)")
  String folder;
}
