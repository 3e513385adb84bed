package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
  @Test
  void theNearestGoesFirst() {
    Map<String, String> all = Map.of("TERSOR_CACHE", "/own", "XDG_CACHE_HOME", "/xdg");
    assertEquals("hdfs:///given", CacheFolder.of("hdfs:///given", all));
    assertEquals("/own", CacheFolder.of("", all));
    assertEquals("/xdg/tersor", CacheFolder.of("", Map.of("XDG_CACHE_HOME", "/xdg")));
    String home = System.getProperty("user.home");
    assertEquals(home + "/.cache/tersor", CacheFolder.of("", Map.of("XDG_CACHE_HOME", "")));
  }
}
