package dev.tersor.jobs.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as the papers print them. */
final class Figures {
  private static final String[] UNITS = {"", "k", "M", "G", "T"};

  private Figures() {}

  /** Three or four significant digits and a decimal unit: 20.49M, 71.23k, 512. */
  static String size(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f%s", value, UNITS[unit]);
  }

  /** As on an axis, without zeros behind: 20M, 1.5k, 512. */
  static String shortSize(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return significant(value) + UNITS[unit];
  }

  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }

  /** Of 10,000 images each is a hundredth of a percent; empty for null. */
  static String share(Double share) {
    return share == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** A number with the digits that it has: 20, 0.1. */
  static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Up to three significant digits, without zeros behind: 0.05, 1.5, 20, 1400. */
  static String significant(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    return rounded.toPlainString();
  }

  /** With commas between thousands; empty for null. */
  static String count(Long number) {
    return number == null ? "" : String.format(Locale.ROOT, "%,d", number);
  }

  /** 1 layer, 2 layers, 30,000 cells. */
  static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }
}
