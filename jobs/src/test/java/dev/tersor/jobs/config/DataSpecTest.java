package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DataSpecTest {
  private static final String GOOD =
      """
      name = few
      title = "a few"
      licence = none
      format = idx
      shape = [1, 2, 3]
      classes = [a, b]
      train = { images = 2, files = [i, l] }
      test = { images = 2, files = [i, l], built-in = true }
      files = [
        { name = i, bytes = 28, sha256 = %1$s }
        { name = l, bytes = 10, sha256 = %1$s }
      ]
      sources = [
        { url = "http://127.0.0.1/{file}.gz" }
        { url = "http://127.0.0.1/all.tar.gz", sha256 = %1$s, files = "few/{file}" }
        { npm = "few@1.0.0", form = cifar-png }
        { debian = few }
      ]
      """
          .formatted("0123456789abcdef".repeat(4));

  private static void assertRefused(String hocon, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DataSpec.parse(hocon, "few.conf"))
            .getMessage();
    assertTrue(message.contains("few.conf"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void isRead() {
    DataSpec spec = DataSpec.parse(GOOD, "few.conf");
    assertEquals(38, spec.bytes());
    assertEquals("1x2x3", spec.shape().toString());
    assertEquals(spec.files(), spec.train().files());
    assertTrue(spec.test().builtIn());
    assertTrue(spec.sources().get(0).isEachFile());
    assertFalse(spec.sources().get(1).isEachFile());
    assertEquals("few/i", spec.sources().get(1).path("i"));
    assertEquals("npm few@1.0.0", spec.sources().get(2).label());
    assertEquals(DataSource.Form.CIFAR_PNG, spec.sources().get(2).form());
    assertEquals(DataSource.Kind.DEBIAN, spec.sources().get(3).kind());
  }

  @Test
  void mistakesAreNamed() {
    assertRefused(GOOD.replace("format = idx", "format = png"), "4", "'png'", "idx, cifar");
    assertRefused(GOOD.replace("[1, 2, 3]", "[2, 3]"), "shape", "[2, 3]");
    assertRefused(GOOD.replace("[i, l] }", "[i, m] }"), "train", "'m'");
    assertRefused(GOOD.replace("name = i,", "name = \"../i\","), "'../i'");
    for (String path :
        new String[] {"../{file}", "/few/{file}", "few/../../{file}", "few//{file}", "", "."}) {
      assertRefused(GOOD.replace("few/{file}", path), "files: '" + path + "'", "no name of a file");
    }
    assertRefused(GOOD.replace("debian = few", "debian = \"--few\""), "debian: '--few'");
    assertRefused(GOOD.replace("sha256 = 01", "sha256 = XX"), "sha256", "XX");
    assertRefused(GOOD.replace("debian = few", "pip = few"), "url, npm, debian", "pip");
    assertRefused(GOOD.replace("title", "titel"), "title");
  }
}
