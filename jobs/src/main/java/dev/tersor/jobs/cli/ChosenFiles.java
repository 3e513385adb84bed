package dev.tersor.jobs.cli;

import dev.tersor.jobs.choose.Choice;
import dev.tersor.jobs.choose.ChoiceTarget;
import dev.tersor.jobs.choose.ChosenNetwork;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.ChoicePlot;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The files of a choice: the network, and beside it its settings and a plot. */
final class ChosenFiles {
  private static final String NETWORK = ".tersor";

  private final String to;
  private final Configuration hadoop;

  /**
   * @throws UsageException if the name is not that of a network file
   */
  ChosenFiles(String to, Configuration hadoop) {
    if (!to.endsWith(NETWORK)) {
      throw new UsageException("choose: --to " + to + ", expected a name that ends in " + NETWORK);
    }
    this.to = to;
    this.hadoop = hadoop;
  }

  private String beside(String ending) {
    return to.substring(0, to.length() - NETWORK.length()) + ending;
  }

  private String settings() {
    return beside(".conf");
  }

  private String plot() {
    return beside(".svg");
  }

  /**
   * @throws UsageException if one is there already
   */
  void check() throws IOException {
    for (String file : List.of(to, settings(), plot())) {
      NewFile.check("choose", file, hadoop);
    }
  }

  /** Writes all of them, the network last. */
  void write(
      ChoiceTarget target,
      String model,
      Choice choice,
      ChosenNetwork network,
      ChosenNetwork.Written written,
      List<Choice> singles)
      throws IOException {
    String why = "choose " + target.options();
    text(settings(), network.settings(choice, List.of("Chosen for " + model + " by " + why + ".")));
    text(plot(), ChoicePlot.svg(model + ", " + why, choice, singles));
    NewFile.write("choose", to, hadoop, file -> file.write(written.bytes()));
  }

  private void text(String file, String text) throws IOException {
    NewFile.write("choose", file, hadoop, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Where they are, for people. */
  @Override
  public String toString() {
    return to + ", settings in " + settings() + ", plot in " + plot();
  }
}
