package dev.tersor.jobs.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of a run as they end: a line of JSON each, where asked for, and a list for its report.
 */
public final class StageLog {
  /** Of the logger, for who sends its lines elsewhere. */
  static final String LOGGER = "dev.tersor.stages";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String run;
  private final boolean isLogged;
  private final List<Map<String, Object>> ended = new ArrayList<>();

  /**
   * @param isLogged whether a line is written for each stage
   */
  public StageLog(String run, boolean isLogged) {
    this.run = run;
    this.isLogged = isLogged;
  }

  /** A stage that starts now. */
  public Stage start(String name) {
    return new Stage(name, System.nanoTime());
  }

  /** The stages that ended, with their facts and seconds. */
  List<Map<String, Object>> ended() {
    return List.copyOf(ended);
  }

  /** A stage in progress. */
  public final class Stage {
    private final String name;
    private final long started;
    private final Map<String, Object> facts = new LinkedHashMap<>();

    private Stage(String name, long started) {
      this.name = name;
      this.started = started;
    }

    public Stage put(String fact, Object value) {
      facts.put(fact, value);
      return this;
    }

    public void end() {
      end((System.nanoTime() - started) / 1e9);
    }

    /**
     * @param seconds that it took, where it began before there was a log
     */
    public void end(double seconds) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("stage", name);
      entry.putAll(facts);
      entry.put("seconds", Math.round(seconds * 1000) / 1000.0);
      ended.add(entry);
      if (isLogged) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.now().toString());
        line.put("run", run);
        line.putAll(entry);
        LOG.info("{}", json(line));
      }
    }
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a JSON value: " + value, e);
    }
  }
}
