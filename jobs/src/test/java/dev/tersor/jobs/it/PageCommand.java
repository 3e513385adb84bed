package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command as a page gives it, in a block of code. A test puts its own values in, and runs what
 * the page says: it fails where the page has no such word.
 */
final class PageCommand {
  private final List<String> words;

  private PageCommand(List<String> words) {
    this.words = words;
  }

  /** The only command of a page that begins so. */
  static PageCommand of(Path page, String start) throws IOException {
    List<String> found =
        Files.readString(page)
            .replaceAll("\\\\\n\\s*", "")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith(start))
            .toList();
    assertEquals(1, found.size(), () -> "commands of " + page + " that begin with " + start);
    return new PageCommand(List.of(found.get(0).split(" +")));
  }

  /** With another value of an option. */
  PageCommand option(String name, String value) {
    List<String> changed = new ArrayList<>(words);
    changed.set(1 + only(name), value);
    return new PageCommand(changed);
  }

  /** With another word. */
  PageCommand word(String word, String other) {
    List<String> changed = new ArrayList<>(words);
    changed.set(only(word), other);
    return new PageCommand(changed);
  }

  private int only(String word) {
    int place = words.indexOf(word);
    if (place < 0 || place != words.lastIndexOf(word)) {
      throw new AssertionError("not once in a command of the page: " + word + " in " + words);
    }
    return place;
  }

  List<String> words() {
    return words;
  }

  /** What follows a word. */
  List<String> after(String word) {
    return words.subList(1 + only(word), words.size());
  }

  /** The value of an option. */
  String value(String name) {
    return words.get(1 + only(name));
  }

  /** Spark's settings, which are the values of {@code --conf}. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i - 1).equals("--conf")) {
        String[] parts = words.get(i).split("=", 2);
        settings.put(parts[0], parts[1]);
      }
    }
    return settings;
  }

  /** With options of a sweep at its end. */
  PageCommand and(String... options) {
    List<String> more = new ArrayList<>(words);
    more.addAll(List.of(options));
    return new PageCommand(more);
  }
}
