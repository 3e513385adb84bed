package dev.tersor.jobs.words;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as it is printed.
 *
 * @param text as it stands there
 * @param value with k, M and G multiplied out
 * @param half half a unit of its last digit
 * @param percent whether a per cent sign follows
 * @param measure whether it has the looks of something measured: a point, a percentage, a unit
 */
record Figure(String text, double value, double half, boolean percent, boolean measure) {
  // Not the digits of names (fp32, ResNet-50, conv1_1) nor those of 4-bit and 1e-5.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w.])(?<![A-Za-z\\d]-)[-+]?(\\d[\\d,]*\\d|\\d)?(\\.\\d+)?([kMG](?!\\w)|x(?!\\w))?"
              + "(?![\\w])(?!-[a-z])(\\s?%|\\s(?:times|B|ms|ns|s|MB|kB)\\b)?");

  static List<Figure> in(String text) {
    List<Figure> found = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      String whole = matcher.group(1);
      String fraction = matcher.group(2);
      if (whole == null && fraction == null) {
        continue;
      }
      String unit = matcher.group(3) == null ? "" : matcher.group(3);
      double scale = unit.equals("k") ? 1e3 : unit.equals("M") ? 1e6 : unit.equals("G") ? 1e9 : 1;
      double digits =
          Double.parseDouble(
              (whole == null ? "0" : whole.replace(",", "")) + (fraction == null ? "" : fraction));
      double half = 0.5 * scale * Math.pow(10, fraction == null ? 0 : 1 - fraction.length());
      String after = matcher.group(4) == null ? "" : matcher.group(4).strip();
      found.add(
          new Figure(
              matcher.group().strip(),
              (matcher.group().startsWith("-") ? -1 : 1) * digits * scale,
              half,
              after.equals("%"),
              fraction != null || !unit.isEmpty() || !after.isEmpty()));
    }
    return found;
  }

  /** Whether this is the other, rounded to the digits shown here; per cent also of a share. */
  boolean rounds(Figure source) {
    return near(source, value, half) || (percent && near(source, value / 100, half / 100));
  }

  private static boolean near(Figure source, double value, double half) {
    double off = Math.abs(value - source.value);
    // A source of fewer digits may have dropped zeros, so that it has to be the same number.
    return off <= half * 1.000001 && (source.half <= half * 1.000001 || off <= 1e-9);
  }
}
