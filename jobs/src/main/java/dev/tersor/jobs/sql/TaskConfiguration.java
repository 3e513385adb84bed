package dev.tersor.jobs.sql;

import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The configuration of Hadoop's file systems on its way to tasks. */
final class TaskConfiguration {
  private TaskConfiguration() {}

  /** That of the session that plans a query. */
  static Broadcast<SerializableConfiguration> broadcast() {
    SparkContext context = SparkSession.active().sparkContext();
    return JavaSparkContext.fromSparkContext(context)
        .broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
  }
}
