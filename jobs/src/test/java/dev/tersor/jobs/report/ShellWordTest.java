package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordTest {
  @Test
  void aShellReadsTheWord() throws Exception {
    for (String word :
        List.of(
            "", "a b", "it's", "''", "$HOME", "`id`", "a\\", "a\"b", "*", "~", "a;b", "a\nb",
            "\u00fc&")) {
      Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word)).start();
      assertEquals(word, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatNeedsNoQuotesHasNone() {
    for (String word : List.of("results", "/a/b-c_1.2", "hdfs://host:8020/out", "s3a://b/k=1")) {
      assertEquals(word, ShellWord.of(word));
    }
  }
}
