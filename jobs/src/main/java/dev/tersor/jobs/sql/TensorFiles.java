package dev.tersor.jobs.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.TypedPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Finds the files that the options of a data source name.
 *
 * @param format what messages begin with, and the ending of the files of a folder
 */
record TensorFiles(String format, Configuration configuration) {

  /** What a plan calls files. */
  static String label(String format, List<String> files) {
    return format
        + " "
        + files.get(0)
        + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : "");
  }

  /**
   * The paths among the options.
   *
   * @throws UsageException if there is none
   */
  List<Path> paths(CaseInsensitiveStringMap options) {
    List<String> paths = new ArrayList<>();
    if (options.get("path") != null) {
      paths.add(options.get("path"));
    }
    if (options.get("paths") != null) {
      try {
        paths.addAll(
            Arrays.asList(new ObjectMapper().readValue(options.get("paths"), String[].class)));
      } catch (JsonProcessingException e) {
        throw new UsageException(
            format + ": option paths is no JSON array of strings: " + options.get("paths"), e);
      }
    }
    if (paths.isEmpty()) {
      throw new UsageException(format + ": no path is given; load(PATH) or OPTIONS (path 'PATH')");
    }
    return paths.stream().map(this::path).toList();
  }

  private Path path(String text) {
    try {
      return TypedPath.of(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(format + ": '" + text + "' is not a path: " + e.getMessage(), e);
    }
  }

  /**
   * The files of paths, each the path of a file, of a folder or a glob of them; of a folder those
   * with the format's ending and no others, and none of its folders. A file that is named twice is
   * one.
   *
   * @throws UsageException if a path has no file
   */
  List<String> list(List<Path> paths) {
    Set<String> files = new LinkedHashSet<>();
    for (Path path : paths) {
      try {
        files.addAll(list(path));
      } catch (IOException e) {
        throw new UsageException(format + ": cannot read " + path + ": " + e.getMessage(), e);
      }
    }
    return List.copyOf(files);
  }

  private List<String> list(Path path) throws IOException {
    FileSystem system = path.getFileSystem(configuration);
    // A name may have a character of globs.
    FileStatus[] found =
        system.exists(path)
            ? new FileStatus[] {system.getFileStatus(path)}
            : system.globStatus(path);
    if (found == null || found.length == 0) {
      throw new UsageException(format + ": no such file or folder: " + path);
    }
    List<String> files = new ArrayList<>();
    for (FileStatus status : found) {
      if (status.isFile()) {
        files.add(status.getPath().toString());
      } else {
        Arrays.stream(system.listStatus(status.getPath()))
            .filter(child -> child.isFile() && isOfFormat(child.getPath().getName()))
            .map(child -> child.getPath().toString())
            .forEach(files::add);
      }
    }
    if (files.isEmpty()) {
      throw new UsageException(format + ": no file *." + format + " in " + path);
    }
    files.sort(null);
    return files;
  }

  private boolean isOfFormat(String name) {
    return name.endsWith("." + format) && !name.startsWith("_") && !name.startsWith(".");
  }
}
