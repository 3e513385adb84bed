package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.SettingsLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** What help says of all commands: put together from them, so that none is left out. */
final class Help {
  private static final List<String> DEFAULTS =
      List.of("models", "sparsities", "bits", "codebooks", "keep", "out");

  private Help() {}

  /**
   * @param main with every command
   * @param sweep the one that is meant where none is named
   */
  static void complete(CommandLine main, CommandLine sweep) {
    String others =
        main.getSubcommands().values().stream()
            .filter(command -> command != sweep)
            .map(CommandLine::getCommandName)
            .sorted()
            .collect(Collectors.joining(", "));
    sweep
        .getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "Other commands: " + others + ".",
            "'sweep COMMAND --help' says more.",
            "Defaults: " + SettingsLoader.defaults(DEFAULTS));
    for (CommandLine command : List.of(main, sweep)) {
      command
          .getCommandSpec()
          .usageMessage()
          .exitCodeListHeading("%nExit status:%n")
          .exitCodeList(statuses());
    }
  }

  private static Map<String, String> statuses() {
    Map<String, String> statuses = new LinkedHashMap<>();
    statuses.put("" + Main.OK, "every cell is verified");
    statuses.put("" + Main.FAILED, "some failed, or a model was left out");
    statuses.put(
        "" + Main.USAGE, "bad usage or bad input, which one line names; nothing is touched");
    statuses.put("" + Main.NO_MODEL, "no model is available");
    return statuses;
  }
}
