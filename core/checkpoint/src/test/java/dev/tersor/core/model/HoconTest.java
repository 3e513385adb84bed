package dev.tersor.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoconTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void filesAreIncludedFromBesideTheIncludingFile() throws IOException {
    file("parts/deep/c.conf", "c = 3");
    file("parts/b.conf", "b = 2, include \"deep/c\"");
    file("d.json", "{\"d\": 4}");
    file("e.properties", "e=5");
    Path a =
        file(
            "a.conf",
            """
            include "parts/b.conf"
            include file("d.json")
            include required(file("e"))
            a = 1, sum = ${b}${c}
            """);
    assertEquals(
        "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":\"5\",\"sum\":\"23\"}",
        Hocon.parse(a).root().render(com.typesafe.config.ConfigRenderOptions.concise()));
    assertEquals(Hocon.parse(a), Hocon.parse(Hocon.inlined(a), "elsewhere"));
    Path plain = file("plain.conf", "# include nothing\na = 1\n");
    assertEquals(Files.readString(plain), Hocon.inlined(plain), "lines keep their numbers");
  }

  @Test
  void resourcesOfTheClassPathAreIncluded() throws IOException {
    String name = "junit-platform.properties";
    String key = "jqwik.database";
    for (String include : List.of("classpath(\"" + name + "\")", "\"/junit-platform\"")) {
      String text = "include " + include;
      assertTrue(Hocon.parse(text, "text").hasPath(key), include);
      assertTrue(Hocon.parse(file("a.conf", text)).hasPath(key), include);
    }
  }

  @Test
  void noAddressIsAskedFor() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + server.getLocalPort() + "/x.conf";
      file("nested.conf", "include url(\"" + address + "\")");
      for (String include :
          List.of(
              "url(\"" + address + "\")",
              "required(url(\"" + address + "\"))",
              "\"" + address + "\"",
              "required(\"" + address + "\")",
              "\"jar:" + address + "!/x.conf\"",
              "\"file:" + folder.resolve("nested.conf") + "\"",
              "file(\"nested.conf\")")) {
        Path file = file("a.conf", "a = 1\ninclude " + include);
        assertRefused(assertThrows(ConfigException.class, () -> Hocon.parse(file)));
        assertRefused(assertThrows(IllegalArgumentException.class, () -> Hocon.inlined(file)));
        if (!include.startsWith("file(")) {
          String text = Files.readString(file);
          assertRefused(assertThrows(ConfigException.class, () -> Hocon.parse(text, "a.conf")));
        }
      }
      server.setSoTimeout(1);
      assertThrows(SocketTimeoutException.class, server::accept, "nobody has connected");
    }
  }

  private static void assertRefused(Exception error) {
    assertTrue(error.getMessage().contains(".conf: include \""), error.getMessage());
    assertTrue(error.getMessage().contains("is an address"), error.getMessage());
    assertFalse(error.getMessage().contains("\n"), error.getMessage());
  }

  @Test
  void whatIsNotThereIsNotLeftOut() throws IOException {
    for (String include :
        List.of("\"no\"", "file(\"no.conf\")", "classpath(\"no/such\")", "required(\"no\")")) {
      Path file = file("a.conf", "include " + include);
      ConfigException error = assertThrows(ConfigException.class, () -> Hocon.parse(file));
      assertTrue(error.getMessage().contains(file + ": include \"no"), error.getMessage());
      assertTrue(error.getMessage().contains("there is no such"), error.getMessage());
    }
    Path itself = file("itself.conf", "include \"itself.conf\"");
    assertTrue(
        assertThrows(ConfigException.class, () -> Hocon.parse(itself))
            .getMessage()
            .contains("cycle"));
  }
}
