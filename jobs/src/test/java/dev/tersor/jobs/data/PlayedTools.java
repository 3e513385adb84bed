package dev.tersor.jobs.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs that leave the files that they are said to leave, or fail where there are none. */
final class PlayedTools extends Bringer {
  private final Map<String, byte[]> left;
  private final List<List<String>> commands = new ArrayList<>();

  PlayedTools(Map<String, byte[]> left) {
    this.left = left;
  }

  List<List<String>> commands() {
    return commands;
  }

  @Override
  void run(String name, List<String> command, Path folder) throws IOException {
    commands.add(command);
    if (left.isEmpty()) {
      throw new IOException(name + ": E: no such package");
    }
    for (Map.Entry<String, byte[]> file : left.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}
