package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checkpoints in a folder, cut into several files, which are not read yet. */
final class Shards {
  private static final Pattern SHARD = Pattern.compile(".+-[0-9]+-of-[0-9]+\\..+");

  private Shards() {}

  /**
   * @throws UsageException naming the shards, if a folder holds such a checkpoint
   */
  static void refuse(FileSystem files, Path folder) throws IOException {
    List<String> shards = new ArrayList<>();
    for (FileStatus file : files.listStatus(folder)) {
      if (file.isFile() && SHARD.matcher(file.getPath().getName()).matches()) {
        shards.add(file.getPath().getName());
      }
    }
    if (!shards.isEmpty()) {
      shards.sort(null);
      throw new UsageException(
          folder
              + " holds a sharded checkpoint, which is not read yet; its shards are "
              + String.join(", ", shards));
    }
  }
}
