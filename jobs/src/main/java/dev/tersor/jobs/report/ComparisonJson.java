package dev.tersor.jobs.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tersor.jobs.comparison.Comparison;
import dev.tersor.jobs.comparison.Run;
import dev.tersor.jobs.comparison.RunState;
import dev.tersor.jobs.comparison.Tolerances;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Timestamp;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** A comparison for machines, whole. Names are those of the tables' columns. */
public final class ComparisonJson {
  private static final List<String> NOT_SAID = List.of("rank");

  private ComparisonJson() {}

  /** Writes it; the stream is left open. */
  public static void write(Comparison comparison, OutputStream out) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      write(comparison, json);
      json.writeRaw('\n');
    }
  }

  private static void write(Comparison comparison, JsonGenerator json) throws IOException {
    json.writeStartObject();
    side(json, "before", comparison.before());
    side(json, "after", comparison.after());
    Tolerances tolerances = comparison.options().tolerances();
    json.writeObjectFieldStart("tolerances");
    json.writeNumberField("size_percent", tolerances.size());
    json.writeNumberField("error_percent", tolerances.error());
    json.writeNumberField("accuracy_points", tolerances.accuracy());
    json.writeNumberField("speed_percent", tolerances.speed());
    json.writeEndObject();
    json.writeObjectFieldStart("regression_counts");
    for (Map.Entry<String, Long> each : comparison.regressionCounts().entrySet()) {
      json.writeNumberField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("better_cells", comparison.count("better"));
    json.writeNumberField("better_accuracies", comparison.betterAccuracies());
    rows(json, "summary", comparison.summary());
    rows(json, "regressions", comparison.regressions().toLocalIterator());
    json.writeEndObject();
  }

  private static void side(JsonGenerator json, String name, RunState state) throws IOException {
    Run run = state.run();
    json.writeObjectFieldStart(name);
    json.writeStringField("out", state.path());
    json.writeStringField("run_id", run.id());
    json.writeStringField("version", run.version());
    value(json, "started", run.started());
    json.writeBooleanField("ended", run.ended());
    json.writeEndObject();
  }

  private static void rows(JsonGenerator json, String name, List<Row> rows) throws IOException {
    rows(json, name, rows.iterator());
  }

  private static void rows(JsonGenerator json, String name, Iterator<Row> rows) throws IOException {
    json.writeArrayFieldStart(name);
    while (rows.hasNext()) {
      row(json, rows.next());
    }
    json.writeEndArray();
  }

  private static void row(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    for (String column : row.schema().fieldNames()) {
      if (!NOT_SAID.contains(column)) {
        value(json, column, row.getAs(column));
      }
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, String name, Object value) throws IOException {
    json.writeFieldName(name);
    if (value instanceof Row row) {
      row(json, row);
    } else if (value instanceof Timestamp time) {
      json.writeString(time.toInstant().toString());
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      // JSON has no number for it: a cell that is not there, or an error that was 0.
      json.writeNull();
    } else {
      json.writeObject(value);
    }
  }
}
