package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Words of help and of comments that name commands and flags. */
class HelpTest {
  @Test
  void everyCommandAndStatusIsNamed() {
    for (String[] asked : new String[][] {{"--help"}, {"help"}}) {
      String help = CommandLineRun.of(asked).out.replaceAll("\\s+", " ");
      for (Class<?> command : Main.class.getAnnotation(Command.class).subcommands()) {
        String name = command.getAnnotation(Command.class).name();
        assertTrue(help.matches(".*[ ,]" + name + "[ ,.].*"), () -> name + " is not in " + help);
      }
      for (int status : new int[] {0, 1, 2, Main.NO_MODEL}) {
        assertTrue(help.matches(".*Exit status:.* " + status + " [a-z].*"), help);
      }
    }
  }

  @Test
  void theDefaultsAreThoseOfASweep() {
    String help = CommandLineRun.of("sweep", "--help").out.replaceAll("\\s+", " ");
    SweepSettings settings = SettingsLoader.load(null, Map.of());
    for (String flag :
        List.of(
            "--models " + String.join(",", settings.from().models()),
            "--codebooks " + String.join(",", settings.grid().codebooks()),
            "--out " + settings.run().out())) {
      assertTrue(help.contains(flag), () -> flag + " is not in " + help);
    }
  }

  @Test
  void theFlagsOfATrainingAreThoseThatItsDefaultsName() throws Exception {
    Set<String> flags =
        new CommandLine(new TrainCommand())
            .getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> name.startsWith("--"))
                .collect(Collectors.toCollection(TreeSet::new));
    flags.removeAll(Set.of("--help", "--version", "--retry-failed"));
    Set<String> named = new TreeSet<>();
    var names =
        Pattern.compile("--[a-z-]+")
            .matcher(Files.readString(Path.of("../conf/training/default.conf")));
    while (names.find()) {
      named.add(names.group());
    }
    assertEquals(flags, named);
  }
}
