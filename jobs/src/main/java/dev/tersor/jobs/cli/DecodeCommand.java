package dev.tersor.jobs.cli;

import dev.tersor.jobs.decode.ContainerChoice;
import dev.tersor.jobs.decode.Decoding;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stored containers back to a checkpoint; starts no Spark. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Decodes the stored tensors of one model at one setting to a safetensors file of F32.",
      "Where several encodings of a tensor are stored, the smallest is taken."
    })
final class DecodeCommand implements Callable<Integer> {
  @Mixin OutOption results;

  @Option(names = "--model", required = true, paramLabel = "NAME", description = "model")
  String model;

  @Option(names = "--sparsity", paramLabel = "S", description = "sparsity target, asis or paper")
  String sparsity;

  @Option(names = "--bits", paramLabel = "B", description = "bits of a code, paper or file")
  String bits;

  @Option(names = "--codebook", paramLabel = "NAME", description = "codebook")
  String codebook;

  @Option(names = "--encoding", paramLabel = "RECIPE", description = "recipe")
  String encoding;

  @Option(
      names = "--weights-hash",
      paramLabel = "HASH",
      description = "weights, where several of one model were swept")
  String weightsHash;

  @Option(names = "--tensor", paramLabel = "NAME", description = "one tensor only")
  String tensor;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "safetensors file to write; must not exist")
  String to;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.get();
    ContainerChoice choice =
        new ContainerChoice(model, tensor, weightsHash, sparsity, bits, codebook, encoding);
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    System.out.println(folder.reading(() -> Decoding.toSafetensors(folder, choice, to, hadoop)));
    return Main.OK;
  }
}
