package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names under which the cache keeps what comes from elsewhere. They are made of what a description
 * says, so none may lead out of its folder, and two addresses never have the same one.
 */
final class CacheName {
  private static final int MOST_BYTES = 200;

  /** None of these is an option of npm, a folder or an address. */
  private static final Pattern NPM =
      Pattern.compile("(@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*@[0-9][A-Za-z0-9.+-]*");

  private CacheName() {}

  /**
   * The name of a file at an address.
   *
   * @throws UsageException naming the address, if it is not that of a file on a web server
   */
  static String ofAddress(String address) {
    String what = "hub " + address;
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new UsageException("sources: " + what + " is no address: " + e.getReason(), e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused(what, "expected https://HOST/PATH");
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw refused(what, "it has no host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(what, "expected https://HOST/PATH, without user, query and fragment");
    }
    String path = uri.getPath();
    if (!path.startsWith("/")) {
      throw refused(what, "it has no path");
    }
    if (uri.getRawPath().toLowerCase(Locale.ROOT).contains("%2f")) {
      throw refused(what, "a slash is encoded");
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]:]", "_");
    String port = uri.getPort() < 0 ? "" : "_" + uri.getPort();
    return "hub/" + host + port + "/" + relative(what, path.substring(1));
  }

  /**
   * The name of an entry of a Maven artifact.
   *
   * @throws UsageException naming the artifact and the entry, if they are none
   */
  static String ofEntry(String artifact, String entry) {
    String what = "maven " + artifact;
    if (!artifact.matches("[^:/]+(:[^:/]+){2,4}")) {
      throw refused(what, "expected group:artifact:version");
    }
    return "maven/"
        + relative(what, artifact.replace(':', '/'))
        + "/"
        + relative(what + ", entry " + entry, entry);
  }

  /**
   * The name of an entry of an npm package.
   *
   * @throws UsageException naming the package and the entry, if they are none
   */
  static String ofNpm(String packageName, String entry) {
    String what = "npm " + packageName;
    if (!NPM.matcher(packageName).matches()) {
      throw refused(what, "expected name@version");
    }
    return "npm/" + relative(what, packageName) + "/" + relative(what + ", entry " + entry, entry);
  }

  /** A path whose every part is the name of a file. */
  private static String relative(String what, String path) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw refused(what, "'" + part + "' is no name of a file or folder");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
        throw refused(what, "a name in it has more than " + MOST_BYTES + " bytes");
      }
      // What is a separator or a mark on one of the systems that a cache can lie on.
      part.codePoints()
          .filter(c -> Character.isISOControl(c) || "\\:*?\"<>|".indexOf(c) >= 0)
          .findFirst()
          .ifPresent(
              c -> {
                throw refused(
                    what, String.format(Locale.ROOT, "character U+%04X in a name of a file", c));
              });
    }
    return path;
  }

  private static UsageException refused(String what, String why) {
    return new UsageException("sources: " + what.replaceAll("\\p{Cntrl}", "?") + ": " + why);
  }
}
