package dev.tersor.jobs.sql;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code tersor}: compressed tensors as rows, decoded by the tasks that are asked
 * for their values. Its path is a folder of results, or names network files by file, folder or
 * glob.
 */
public final class TersorProvider extends TensorProvider {
  @Override
  public String shortName() {
    return "tersor";
  }

  @Override
  TensorSource source(CaseInsensitiveStringMap options) {
    SparkSession session = SparkSession.active();
    Configuration configuration = session.sparkContext().hadoopConfiguration();
    TensorFiles files = new TensorFiles(shortName(), configuration);
    List<Path> paths = files.paths(options);
    for (Path path : paths) {
      if (isResults(path, configuration)) {
        if (paths.size() > 1) {
          throw new UsageException(
              "tersor: " + path + " is a folder of results, which is read by itself");
        }
        return ContainerSource.open(path.toString(), session);
      }
    }
    return new NetworkSource(files.list(paths));
  }

  private static boolean isResults(Path path, Configuration configuration) {
    try {
      return ResultsFolder.isOne(path, configuration);
    } catch (IOException e) {
      throw new UsageException("tersor: cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
