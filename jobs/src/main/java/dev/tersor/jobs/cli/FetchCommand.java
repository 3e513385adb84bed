package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.Fetch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Data sets into the cache; starts no Spark. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Brings data sets of images into the cache, each from the first source that has it, and"
          + " checks every file. Sound files that are there are left alone."
    })
final class FetchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "data sets", arity = "0..*")
  List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "list the data sets, and which are in the cache")
  boolean list;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "",
      description =
          "cache folder (default: TERSOR_CACHE, else tersor in XDG_CACHE_HOME or ~/.cache)")
  String cache;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "conf/data",
      description =
          "further NAME.conf descriptions, before the built-in ones (default: ${DEFAULT-VALUE})")
  String dataDir;

  @Option(names = "--offline", description = "ask no source; only check what is there")
  boolean offline;

  @Override
  public Integer call() {
    DataCatalog catalog = new DataCatalog(dataDir);
    Fetch fetch = new Fetch(CacheFolder.local(cache), System.err::println);
    if (list) {
      catalog.names().forEach(name -> System.out.println(line(catalog.get(name), fetch)));
      return Main.OK;
    }
    if (names.isEmpty()) {
      throw new UsageException(
          "data: name what to fetch: " + String.join(", ", catalog.names()) + "; --list says more");
    }
    // All are looked up first: a misspelt name should not show after minutes of fetching.
    List<DataSpec> specs = new LinkedHashSet<>(names).stream().map(catalog::get).toList();
    List<String> errors = new ArrayList<>();
    for (DataSpec spec : specs) {
      try {
        Path there = fetch.fetch(spec, offline);
        System.out.println(
            String.format(
                Locale.ROOT,
                "%s: %d files, %,d bytes, sound, in %s",
                spec.name(),
                spec.files().size(),
                spec.bytes(),
                there));
      } catch (UsageException e) {
        errors.add(e.getMessage());
      }
    }
    if (!errors.isEmpty()) {
      throw new UsageException(String.join("; ", errors));
    }
    return Main.OK;
  }

  private static String line(DataSpec spec, Fetch fetch) {
    int present = fetch.present(spec);
    int files = spec.files().size();
    return String.format(
        Locale.ROOT,
        "%-14s %-40s %,d + %,d images %s, %,d bytes: %s%s",
        spec.name(),
        spec.title(),
        spec.train().images(),
        spec.test().images(),
        spec.shape(),
        spec.bytes(),
        present == files
            ? "in the cache"
            : present == 0 ? "not in the cache" : present + " of " + files + " files in the cache",
        spec.test().builtIn() ? "; the test images are built in" : "");
  }
}
