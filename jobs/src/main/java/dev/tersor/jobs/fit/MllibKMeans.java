package dev.tersor.jobs.fit;

import dev.tersor.core.quantize.KMeans;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The codebook that Spark MLlib's weighted KMeans (k-means||, at most 100 iterations, tolerance
 * 1e-6) finds on a tensor's histogram, as it comes, for comparison with the one-dimensional
 * fitters.
 */
final class MllibKMeans {
  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("weight", DataTypes.DoubleType);

  private final SparkSession session;
  private final long seed;

  MllibKMeans(SparkSession session, long seed) {
    this.session = session;
    this.seed = seed;
  }

  Codebook fit(Points points, int bits) {
    int k = (1 << bits) - 1;
    double[] centroids;
    if (points.size() <= k) {
      centroids = new double[points.size()];
      for (int i = 0; i < centroids.length; i++) {
        centroids[i] = points.value(i);
      }
    } else if (k == 1) {
      centroids = new double[] {points.mean(0, points.size())}; // MLlib wants at least two
    } else {
      centroids = cluster(points, k);
    }
    Arrays.sort(centroids);
    return KMeans.codebook(bits, centroids);
  }

  private double[] cluster(Points points, int k) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      rows.add(RowFactory.create(Vectors.dense(points.value(i)), points.count(i, i + 1)));
    }
    // One partition: what is drawn, and the order of sums, do not depend on the cluster.
    Dataset<Row> histogram = session.createDataFrame(rows, SCHEMA).coalesce(1).cache();
    try {
      Vector[] centers =
          new org.apache.spark.ml.clustering.KMeans()
              .setK(k)
              .setSeed(seed)
              .setWeightCol("weight")
              .setMaxIter(100)
              .setTol(1e-6)
              .fit(histogram)
              .clusterCenters();
      return Arrays.stream(centers).mapToDouble(center -> center.apply(0)).toArray();
    } finally {
      histogram.unpersist();
    }
  }
}
