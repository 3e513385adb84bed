package dev.tersor.jobs.report;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The colours of plots and pages: for each one of a light page and one of a dark page. The hues of
 * the series keep apart for people who see few colours; after Okabe and Ito, "Color Universal
 * Design", 2008. Plots are drawn with the light ones, and {@link SvgPlot} replaces them by classes.
 */
enum Palette {
  INK(0x1c2126, 0xe7eaee),
  MUTED(0x59636d, 0xa3adb8),
  GRID(0xdfe3e7, 0x343c45),
  PAPER(0xfefefe, 0x14181c),
  BLUE(0x0b5fa5, 0x6fb3ee),
  ORANGE(0xc4570b, 0xf3a35c),
  GREEN(0x08775c, 0x4fcda6),
  PURPLE(0x87489d, 0xd3a0e4),
  OCHRE(0x8f7100, 0xe3c94d),
  SLATE(0x6d7680, 0x8b95a0),
  HEAT0(0xf4f7fa, 0x1a2129),
  HEAT1(0xe6eef6, 0x1c2a37),
  HEAT2(0xd7e5f2, 0x1f3446),
  HEAT3(0xc7dbed, 0x213e56),
  HEAT4(0xb6d1e8, 0x234967),
  HEAT5(0xa4c6e3, 0x255479),
  HEAT6(0x92bbde, 0x275f8b),
  HEAT7(0x80b0d8, 0x2a6b9e);

  /** Those that tell series apart. */
  static final List<Palette> SERIES = List.of(BLUE, ORANGE, GREEN, PURPLE, OCHRE, SLATE);

  /** From little to much. */
  static final List<Palette> HEAT = List.of(HEAT0, HEAT1, HEAT2, HEAT3, HEAT4, HEAT5, HEAT6, HEAT7);

  private final int light;
  private final int dark;

  Palette(int light, int dark) {
    this.light = light;
    this.dark = dark;
  }

  /** What plots are drawn with. */
  Color color() {
    return new Color(light);
  }

  /** The colour that is written like this in an SVG file, if it is one of these. */
  static Optional<Palette> of(int rgb) {
    return Arrays.stream(values()).filter(entry -> entry.light == rgb).findFirst();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For readers that know no style sheets, and on paper. */
  String hex() {
    return hex(light);
  }

  /** Rules that colour what {@link SvgPlot} marked, light and dark. */
  static String rules() {
    return rules(false) + "@media (prefers-color-scheme: dark) {\n" + rules(true) + "}\n";
  }

  private static String rules(boolean isDark) {
    return Arrays.stream(values())
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    ".f-%1$s { fill: %2$s } .s-%1$s { stroke: %2$s }%n",
                    entry.label(),
                    hex(isDark ? entry.dark : entry.light)))
        .collect(Collectors.joining());
  }

  /** Custom properties of a page's style sheet, {@code --ink} and so on. */
  static String properties(boolean isDark) {
    return Arrays.stream(values())
        .map(entry -> "--" + entry.label() + ": " + hex(isDark ? entry.dark : entry.light) + ";")
        .collect(Collectors.joining(" "));
  }

  private static String hex(int rgb) {
    return String.format(Locale.ROOT, "#%06x", rgb);
  }
}
