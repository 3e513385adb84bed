package dev.tersor.jobs.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Times as sums of named quantities times a coefficient each, by Spark MLlib's linear regression.
 * Squares are those of relative errors, so that short times count as much as long ones. No
 * coefficient is negative: one that comes out so is left out and the others are fitted again.
 * Relative squares are least below the times; all coefficients are scaled so that the median of
 * measured over estimated is 1.
 */
final class LeastSquares {
  /** A time and what it is made of. */
  record Sample(Map<String, Double> quantities, double nanos) {}

  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("weight", DataTypes.DoubleType);

  private static final double RIDGE = 1e-6;

  private final SparkSession session;

  LeastSquares(SparkSession session) {
    this.session = session;
  }

  /** The coefficients, in nanoseconds, of all quantities; empty where there are no samples. */
  Map<String, Double> fit(List<Sample> samples) {
    Set<String> names = new LinkedHashSet<>();
    samples.forEach(sample -> names.addAll(sample.quantities().keySet()));
    Map<String, Double> coefficients = new TreeMap<>();
    names.forEach(name -> coefficients.put(name, 0.0));
    List<String> left = new ArrayList<>(names);
    while (!left.isEmpty()) {
      double[] solution = solve(samples, left);
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < solution.length; i++) {
        if (solution[i] > 0) {
          kept.add(left.get(i));
        }
      }
      if (kept.size() == left.size()) {
        for (int i = 0; i < solution.length; i++) {
          coefficients.put(left.get(i), solution[i]);
        }
        break;
      }
      left = kept;
    }
    double scale = median(samples, coefficients);
    coefficients.replaceAll((name, value) -> value * scale);
    return coefficients;
  }

  /** What coefficients make of a sample. */
  static double nanos(Sample sample, Map<String, Double> coefficients) {
    double nanos = 0;
    for (Map.Entry<String, Double> quantity : sample.quantities().entrySet()) {
      nanos += quantity.getValue() * coefficients.getOrDefault(quantity.getKey(), 0.0);
    }
    return nanos;
  }

  private static double median(List<Sample> samples, Map<String, Double> coefficients) {
    double[] ratios =
        samples.stream()
            .mapToDouble(sample -> sample.nanos() / nanos(sample, coefficients))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return ratios.length == 0 ? 1 : ratios[ratios.length / 2];
  }

  private double[] solve(List<Sample> samples, List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    List<Row> rows = new ArrayList<>();
    for (Sample sample : samples) {
      Map<Integer, Double> features = new TreeMap<>();
      sample
          .quantities()
          .forEach(
              (name, value) -> {
                if (places.containsKey(name)) {
                  features.put(places.get(name), value);
                }
              });
      Vector vector =
          Vectors.sparse(
              names.size(),
              features.keySet().stream().mapToInt(Integer::intValue).toArray(),
              features.values().stream().mapToDouble(Double::doubleValue).toArray());
      rows.add(RowFactory.create(vector, sample.nanos(), Math.pow(sample.nanos(), -2)));
    }
    // A trace of ridge: of quantities that always come together neither is preferred.
    boolean isOne = samples.stream().mapToDouble(Sample::nanos).distinct().count() == 1;
    return new LinearRegression()
        .setFitIntercept(false)
        .setRegParam(isOne ? 0 : RIDGE)
        .setSolver("normal")
        .setWeightCol("weight")
        .fit(session.createDataFrame(rows, SCHEMA).coalesce(1))
        .coefficients()
        .toArray();
  }
}
