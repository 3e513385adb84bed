package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Parses the text of a .npy header, a Python dictionary of exactly the keys descr (a string, or a
 * list for structured dtypes), fortran_order (True or False) and shape (a tuple of integers).
 */
final class NpyDict {
  private final String text;
  private final Function<String, MalformedInputException> error;
  private int at;
  private String descr;
  private Boolean fortran;
  private long[] dims;

  NpyDict(String text, Function<String, MalformedInputException> error) {
    this.text = text;
    this.error = error;
  }

  String descr() {
    return descr;
  }

  boolean fortran() {
    return fortran;
  }

  long[] dims() {
    return dims;
  }

  void parse() {
    expect('{');
    while (peek() != '}') {
      String key = string();
      expect(':');
      value(key);
      if (peek() != '}') {
        expect(',');
      }
    }
    expect('}');
    if (peek() != 0 || at < text.length()) {
      throw malformed("text after the dictionary");
    }
    if (descr == null || fortran == null || dims == null) {
      throw malformed("descr, fortran_order or shape is missing");
    }
  }

  private void value(String key) {
    if (key.equals("descr") && descr == null) {
      descr = peek() == '[' ? list() : string();
    } else if (key.equals("fortran_order") && fortran == null) {
      fortran = bool();
    } else if (key.equals("shape") && dims == null) {
      dims = tuple();
    } else {
      throw malformed("unknown or repeated key '" + key + "'");
    }
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw malformed("expected a string");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw malformed("a string without end");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  // The fields of a structured dtype, kept as text: such arrays are only listed.
  private String list() {
    int from = at;
    int depth = 0;
    do {
      char next = peek();
      if (next == '\'' || next == '"') {
        string();
        continue;
      }
      if (next == 0) {
        throw malformed("a list without end");
      }
      depth += next == '[' ? 1 : next == ']' ? -1 : 0;
      at++;
    } while (depth > 0);
    return text.substring(from, at);
  }

  private boolean bool() {
    peek();
    for (String word : new String[] {"True", "False"}) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("True");
      }
    }
    throw malformed("fortran_order is neither True nor False");
  }

  private long[] tuple() {
    expect('(');
    long[] values = new long[HeaderChecks.MAX_RANK];
    int count = 0;
    boolean comma = false;
    while (peek() != ')') {
      if ((count > 0 && !comma) || count == values.length) {
        throw malformed("shape is not a tuple of at most " + values.length + " integers");
      }
      values[count++] = integer();
      comma = peek() == ',';
      if (comma) {
        at++;
      }
    }
    expect(')');
    if (count == 1 && !comma) {
      throw malformed("shape is a number, not a tuple");
    }
    return Arrays.copyOf(values, count);
  }

  private long integer() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(from, at).strip();
    try {
      long value = Long.parseLong(digits);
      // Python 2 wrote 3L.
      at += at < text.length() && text.charAt(at) == 'L' ? 1 : 0;
      return value;
    } catch (NumberFormatException e) {
      throw malformed("a dimension is not an integer below 2^63");
    }
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw malformed("expected " + expected);
    }
    at++;
  }

  /** The next character that is not white space; 0 at the end. */
  private char peek() {
    while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private MalformedInputException malformed(String message) {
    return error.apply(message + " at character " + at);
  }
}
