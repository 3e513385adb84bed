package dev.tersor.jobs.cli;

import dev.tersor.core.Kernels;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** What runs here. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the version, the Java version, and which kernels commands choose on this processor:"
          + " 'vector' ones of the Vector API, or 'plain' ones where those are slower, do not work or"
          + " are off. All give the same bytes.",
      "-Dtersor.kernel.NAME=plain turns one off, -Dtersor.vector=off all of them."
    })
final class VersionCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    System.out.println("tersor " + Version.get());
    System.out.printf(
        "Java %s, %s, %d cores%n",
        Runtime.version(),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    System.out.println(
        "kernels: "
            + Kernels.chosen().entrySet().stream()
                .map(kernel -> kernel.getKey() + " " + kernel.getValue())
                .collect(Collectors.joining(", ")));
    Kernels.refused()
        .forEach(
            (name, asked) ->
                System.err.println(
                    "tersor.kernel.%s: '%s' is not taken; expected plain, or vector where that is right and quick"
                        .formatted(name, asked)));
    return Main.OK;
  }
}
