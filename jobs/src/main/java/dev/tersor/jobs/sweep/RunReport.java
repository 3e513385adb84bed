package dev.tersor.jobs.sweep;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a run did, as a file: {@code _runs/RUN.json}, written last. */
public final class RunReport {
  private final RunInfo info;
  private final ResultsFolder folder;
  private final StageLog log;
  private final Map<String, Object> report = new LinkedHashMap<>();

  public RunReport(RunInfo info, ResultsFolder folder, StageLog log) {
    this.info = info;
    this.folder = folder;
    this.log = log;
    put("run", info.id());
    put("version", info.version());
    put("arguments", info.arguments());
    put("started", info.started().toString());
  }

  public RunReport put(String fact, Object value) {
    report.put(fact, value);
    return this;
  }

  /** Adds how the run ended. */
  public RunReport put(Outcome outcome) {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("done", outcome.done());
    cells.put("skipped", outcome.skipped());
    cells.put("failed", outcome.failed());
    return put("cells", cells).put("failures", outcome.failures());
  }

  /**
   * Writes the report.
   *
   * @param status exit status of the run
   */
  public void write(int status) throws IOException {
    put("finished", Instant.now().toString());
    put("status", status);
    put("stages", log.ended());
    Map<String, long[]> written = new TreeMap<>();
    folder.refresh();
    for (Table table : Table.values()) {
      for (DataFile file : folder.files(table)) {
        if (file.run().equals(info.id())) {
          long[] sums = written.computeIfAbsent(table.label(), key -> new long[2]);
          sums[0]++;
          sums[1] += file.bytes();
        }
      }
    }
    Map<String, Object> tables = new LinkedHashMap<>();
    written.forEach(
        (table, sums) -> {
          Map<String, Object> own = new LinkedHashMap<>();
          own.put("files", sums[0]);
          own.put("bytes", sums[1]);
          tables.put(table, own);
        });
    put("written", tables);
    folder.writeReport(
        info.id(),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
  }

  /** Writes the report of a run that ends with an error, if that can be written. */
  public void ended(int status, Exception error) {
    try {
      put("error", String.valueOf(error.getMessage())).write(status);
    } catch (IOException | RuntimeException e) {
      error.addSuppressed(e);
    }
  }
}
