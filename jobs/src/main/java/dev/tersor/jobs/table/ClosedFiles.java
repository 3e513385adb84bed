package dev.tersor.jobs.table;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileNameSpec;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Spark's protocol of a write, without a job to commit: a file is published when the task that
 * wrote it closes it, under a name that nobody else uses. On stores where a file appears whole when
 * it is closed it is written under its name; elsewhere under a hidden one beside it, and renamed.
 * Nothing that others wrote is touched, so any number of writers and attempts go side by side.
 */
public final class ClosedFiles extends FileCommitProtocol implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private transient Map<Path, Path> names;

  /** As Spark makes it: of a job, whose id nothing needs, that writes into a folder. */
  @SuppressWarnings("UnusedVariable")
  public ClosedFiles(String job, String folder) {
    this.folder = folder;
  }

  @Override
  public void setupJob(JobContext context) {}

  @Override
  public void commitJob(JobContext context, Seq<TaskCommitMessage> tasks) {}

  @Override
  public void abortJob(JobContext context) {}

  @Override
  public void setupTask(TaskAttemptContext task) {
    names = new LinkedHashMap<>();
  }

  @Override
  public String newTaskTempFile(TaskAttemptContext task, Option<String> dir, FileNameSpec spec) {
    String name = spec.prefix() + UUID.randomUUID() + spec.suffix();
    Path to = new Path(folder, name);
    Path draft = appearsWhenClosed(to, task) ? to : new Path(folder, "." + name);
    names.put(draft, to);
    return draft.toString();
  }

  private static boolean appearsWhenClosed(Path path, TaskAttemptContext task) {
    try {
      return path.getFileSystem(task.getConfiguration())
          .hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public TaskCommitMessage commitTask(TaskAttemptContext task) {
    names.forEach(
        (draft, to) -> {
          try {
            FileSystem files = to.getFileSystem(task.getConfiguration());
            if (!draft.equals(to) && !files.rename(draft, to)) {
              throw new IOException("cannot rename " + draft + " to " + to);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return new TaskCommitMessage("");
  }

  @Override
  public void abortTask(TaskAttemptContext task) {
    names
        .keySet()
        .forEach(
            draft -> {
              try {
                draft.getFileSystem(task.getConfiguration()).delete(draft, false);
              } catch (IOException e) {
                // A hidden draft is no file of anyone's; a whole file is one of verified rows.
              }
            });
  }
}
