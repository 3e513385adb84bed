package dev.tersor.jobs.cli;

import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.network.ExactNetworkFiles;
import dev.tersor.jobs.network.NetworkFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A network file back to a checkpoint; starts no Spark. */
@Command(
    name = "decompress",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Decodes a .tersor file to a safetensors file of F32.",
      "One that compress --lossless made becomes the same file again, byte for byte."
    })
final class DecompressCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = ".tersor file")
  String file;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "file to write; must not exist")
  String to;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "one tensor only, as a safetensors file of F32; the others are not decoded")
  String tensor;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = "the file that compress --lossless --base was given")
  String base;

  @Override
  public Integer call() throws IOException {
    ExactNetworkFiles exact = new ExactNetworkFiles("decompress", HadoopSettings.get());
    if (exact.isOne(file)) {
      System.out.println(tensor == null ? whole(exact) : tensor(exact));
      return Main.OK;
    }
    if (base != null) {
      throw new UsageException("decompress: " + file + " was stored without a base, drop --base");
    }
    List<NetworkTensor> tensors =
        new NetworkFiles(HadoopSettings.get()).decompress(file, to, Optional.ofNullable(tensor));
    long weights = tensors.stream().mapToLong(read -> read.shape().size()).sum();
    System.out.println(
        String.format(Locale.ROOT, "%s: %d tensors, %,d weights", to, tensors.size(), weights));
    return Main.OK;
  }

  private String whole(ExactNetworkFiles exact) {
    ByteProgress progress = new ByteProgress("restored of " + to, System.err);
    ExactDirectory.Content content =
        exact.restore(file, to, Optional.ofNullable(base), progress).file();
    return String.format(
        Locale.ROOT, "%s: %,d bytes, sha256 %s", to, content.length(), content.sha256());
  }

  private String tensor(ExactNetworkFiles exact) {
    NetworkTensor read = exact.restoreTensor(file, to, Optional.ofNullable(base), tensor);
    return String.format(Locale.ROOT, "%s: tensor %s of shape %s", to, read.name(), read.shape());
  }
}
