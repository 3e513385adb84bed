package dev.tersor.jobs.source;

import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Paths that a user typed, as Hadoop has them. Hadoop takes what is before a colon for the scheme
 * of an address; here only {@code scheme:/} begins one, and {@code layer:0.onnx} is a file of the
 * folder. Blanks and the characters % # ? are those of the name.
 */
public final class TypedPath {
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");

  private TypedPath() {}

  /**
   * @param typed a path, relative or not, or an address such as {@code hdfs:/net.onnx}
   * @throws IllegalArgumentException if it is empty, or an address that is none
   */
  public static Path of(String typed) {
    return typed.isEmpty() || ADDRESS.matcher(typed).matches()
        ? new Path(typed)
        : new Path(null, null, typed);
  }

  /**
   * @param name of a file in the folder, or a relative path of one
   */
  public static Path in(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /**
   * The file system of a path. Checksums of local files are in files named after them, of which
   * Hadoop cannot make a path where the name has a colon: such files are read and written without.
   */
  public static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
    return raw(path.getFileSystem(configuration), path);
  }

  /** That file system, or for such a path the one below it. */
  static FileSystem raw(FileSystem files, Path path) {
    return path.getName().contains(":") && files instanceof ChecksumFileSystem checked
        ? checked.getRawFileSystem()
        : files;
  }
}
