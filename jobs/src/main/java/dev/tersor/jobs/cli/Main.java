package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UnavailableException;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry point of sweep.jar. Exit status 0: every cell verified; 1: some failed; 2: bad usage or bad
 * input, nothing that was there before was touched; 69: no model is available.
 */
@Command(
    name = "sweep",
    subcommands = {
      SweepCommand.class,
      ChooseCommand.class,
      DecodeCommand.class,
      VerifyCommand.class,
      SqlCommand.class,
      CompareCommand.class,
      CostCommand.class,
      PlotCommand.class,
      ReportCommand.class,
      FetchCommand.class,
      TrainCommand.class,
      SaliencyCommand.class,
      CodebooksCommand.class,
      DeviceCommand.class,
      CompressCommand.class,
      DecompressCommand.class,
      ExportCommand.class,
      EvaluateCommand.class,
      InferCommand.class,
      CompactCommand.class,
      ExpireCommand.class,
      MigrateCommand.class,
      VersionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    description = "Sweeps how small a trained neural network gets.",
    footer = {"", "Without a command it is 'sweep'; 'help COMMAND' or 'COMMAND --help' says more."},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** EX_UNAVAILABLE of sysexits.h: there is no model to sweep tonight. */
  static final int NO_MODEL = 69;

  private static final String DEFAULT = "sweep";

  private Main() {}

  public static void main(String[] args) {
    int status;
    try {
      SparkDefaults.set(System.getProperties(), System.getenv());
      status = run(args);
    } catch (UsageException e) {
      System.err.println("error: " + e.getMessage());
      status = USAGE;
    }
    // YARN takes any exit of a driver that it runs for a failure; it ends the process itself.
    if (status != OK || !isRunByYarn()) {
      // Spark leaves threads behind; on a cluster the driver's status is that of the process.
      System.exit(status);
    }
  }

  private static boolean isRunByYarn() {
    return "yarn".equals(System.getProperty("spark.master")) && Sessions.isInCluster();
  }

  static int run(String... args) {
    CommandLine command = new CommandLine(new Main());
    command.addSubcommand(new CommandLine.HelpCommand());
    Help.complete(command, command.getSubcommands().get(DEFAULT));
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    command.setErr(err);
    command.setParameterExceptionHandler(
        (e, given) -> {
          err.println("error: " + e.getMessage().replace('\n', ' '));
          err.println(
              "'sweep --help' lists the options, 'sweep COMMAND --help' those of a command");
          return USAGE;
        });
    command.setExecutionExceptionHandler((e, line, parsed) -> report(e, err));
    try {
      return command.execute(withDefault(command, args));
    } catch (FSError e) { // of a full local disk, where other file systems throw an IOException
      return report(new IOException(e), err);
    }
  }

  /** Options without a subcommand are those of sweep. */
  private static String[] withDefault(CommandLine command, String[] args) {
    List<String> known = new ArrayList<>(command.getSubcommands().keySet());
    known.addAll(List.of("-V", "--version"));
    if (args.length > 0 && (known.contains(args[0]) || !args[0].startsWith("-"))) {
      return args;
    }
    List<String> all = new ArrayList<>(List.of(DEFAULT));
    all.addAll(Arrays.asList(args));
    return all.toArray(new String[0]);
  }

  private static int report(Exception e, PrintWriter err) {
    int status = status(e);
    String disk = diskTrouble(e);
    Optional<String> java = JavaCheck.trouble(e);
    if (e instanceof UsageException) {
      // One line, whatever a name or a path holds.
      err.println("error: " + e.getMessage().replaceAll("\\R|\\p{Cntrl}", " "));
    } else if (java.isPresent()) {
      err.println("error: " + java.get());
    } else if (disk != null) {
      err.println("error: out: " + disk + "; what was published before is untouched");
    } else {
      e.printStackTrace(err);
    }
    return status;
  }

  /** The exit status of a command that ends with an exception. */
  static int status(Exception e) {
    if (e instanceof UnavailableException missing && missing.isAll()) {
      return NO_MODEL;
    }
    return e instanceof UsageException || diskTrouble(e) != null || JavaCheck.trouble(e).isPresent()
        ? USAGE
        : FAILED;
  }

  /** The message of a full or read-only disk among the causes, or null. */
  private static String diskTrouble(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      for (String sign :
          new String[] {
            "No space left on device",
            "Read-only file system",
            "Disk quota exceeded",
            "Permission denied",
            "File too large"
          }) {
        if (message.contains(sign)) {
          return cause instanceof IOException && message.length() < 200 ? message : sign;
        }
      }
    }
    return null;
  }
}
