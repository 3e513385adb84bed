package dev.tersor.jobs.cli;

import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.network.NetworkFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A network file back to a checkpoint; starts no Spark. */
@Command(
    name = "decompress",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Decodes a .tersor file to a safetensors file of F32.")
final class DecompressCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = ".tersor file")
  String file;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "safetensors file to write; must not exist")
  String to;

  @Override
  public Integer call() throws IOException {
    List<NetworkTensor> tensors = new NetworkFiles(HadoopSettings.get()).decompress(file, to);
    long weights = tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
    System.out.println(
        String.format(Locale.ROOT, "%s: %d tensors, %,d weights", to, tensors.size(), weights));
    return Main.OK;
  }
}
