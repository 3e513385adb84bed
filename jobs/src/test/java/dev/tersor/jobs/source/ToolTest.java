package dev.tersor.jobs.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {
  @TempDir Path folder;

  private String reason(String script) {
    Tool tool = new Tool("mytool", List.of("sh", "-c", script));
    return assertThrows(IOException.class, () -> tool.run(folder)).getMessage();
  }

  @Test
  void runsInTheFolder() throws IOException {
    new Tool("mytool", List.of("sh", "-c", "cat > there")).run(folder);
    assertEquals("", Files.readString(folder.resolve("there")), "its input is empty");
  }

  @Test
  void theReasonIsWhatTheToolSays() {
    assertEquals(
        "mytool: tool error code E404; tool error not found",
        reason(
            "echo so far so good; echo tool error code E404 >&2; echo tool error not found;"
                + " echo tool error log; exit 1"));
    assertEquals("mytool: E: no such package", reason("echo 'E: no such package'; exit 100"));
    assertEquals("mytool: exit status 3", reason("echo terror; exit 3"));
  }

  @Test
  void aToolThatIsNotThereIsSaid() {
    Tool tool = new Tool("mytool", List.of(folder.resolve("nothing").toString()));
    String message = assertThrows(IOException.class, () -> tool.run(folder)).getMessage();
    assertTrue(message.startsWith("mytool cannot be run: "), message);
  }
}
