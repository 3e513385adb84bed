package dev.tersor.core.tflm;

import dev.tersor.core.tflm.FlatType.Field;
import dev.tersor.core.tflm.FlatType.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of a <a href="https://flatbuffers.dev/schema/">flatbuffers schema</a>, as far as
 * TensorFlow Lite's uses the language: tables, enums, unions, vectors, {@code force_align}; neither
 * structs nor explicit numbers of fields.
 */
final class FlatSchema {
  private static final Pattern TOKEN =
      Pattern.compile("//[^\\n]*|\"[^\"]*\"|[A-Za-z_][A-Za-z_0-9.]*|-?[0-9][0-9a-fx.]*|\\S");

  private static final Map<String, Integer> WIDTHS =
      Map.ofEntries(
          Map.entry("bool", 1),
          Map.entry("byte", 1),
          Map.entry("ubyte", 1),
          Map.entry("int8", 1),
          Map.entry("uint8", 1),
          Map.entry("short", 2),
          Map.entry("ushort", 2),
          Map.entry("int", 4),
          Map.entry("uint", 4),
          Map.entry("int32", 4),
          Map.entry("float", 4),
          Map.entry("long", 8),
          Map.entry("ulong", 8),
          Map.entry("double", 8));

  /** That of TensorFlow Lite, whose file beside this class has its notice. */
  static final FlatSchema TFLITE = resource("schema.fbs");

  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> enums = new HashMap<>();
  private final Map<String, Map<Long, String>> numbered = new HashMap<>();
  private final Map<String, List<String>> unions = new HashMap<>();
  private final Map<String, List<Written>> written = new HashMap<>();
  private final Map<String, FlatType> tables = new HashMap<>();
  private String root = "";
  private int at;

  /** A field as the schema has it. */
  private record Written(String name, String type, boolean isVector, int alignment) {}

  /**
   * @throws IllegalArgumentException if the text uses more of the language
   */
  FlatSchema(String text) {
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      if (!matcher.group().startsWith("//")) {
        tokens.add(matcher.group());
      }
    }
    while (at < tokens.size()) {
      declaration(next());
    }
    written.keySet().forEach(name -> tables.put(name, new FlatType(name)));
    written.forEach((name, all) -> all.forEach(one -> add(tables.get(name).fields(), one)));
  }

  private static FlatSchema resource(String name) {
    try (InputStream in = FlatSchema.class.getResourceAsStream(name)) {
      return new FlatSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table that a file is. */
  FlatType root() {
    return tables.get(root);
  }

  FlatType table(String name) {
    return tables.get(name);
  }

  /** The name of an enum's number; the number where there is none. */
  String name(String type, long number) {
    return numbered.get(type).getOrDefault(number, Long.toString(number));
  }

  private String next() {
    return tokens.get(at++);
  }

  private boolean take(String token) {
    if (tokens.get(at).equals(token)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String token) {
    String found = next();
    if (!found.equals(token)) {
      throw new IllegalArgumentException("a schema with " + found + ", expected " + token);
    }
  }

  private void declaration(String word) {
    switch (word) {
      case "namespace", "file_identifier", "file_extension" -> {
        next();
        expect(";");
      }
      case "root_type" -> {
        root = next();
        expect(";");
      }
      case "enum" -> {
        String name = next();
        expect(":");
        enums.put(name, WIDTHS.get(next()));
        numbered.put(name, members());
      }
      case "union" -> {
        String name = next();
        unions.put(name, List.copyOf(members().values()));
      }
      case "table" -> {
        String name = next();
        alignment();
        expect("{");
        List<Written> fields = new ArrayList<>();
        while (!take("}")) {
          fields.add(field());
        }
        written.put(name, fields);
      }
      default -> throw new IllegalArgumentException("a schema with " + word);
    }
  }

  /** Names between braces by their numbers; those of unions count from 1, which is not written. */
  private Map<Long, String> members() {
    Map<Long, String> names = new LinkedHashMap<>();
    expect("{");
    long number = -1;
    while (!take("}")) {
      String name = next();
      number = take("=") ? Long.parseLong(next()) : number + 1;
      names.put(number, name);
      alignment();
      take(",");
    }
    return names;
  }

  private Written field() {
    String name = next();
    expect(":");
    boolean isVector = take("[");
    String type = next();
    if (isVector) {
      expect("]");
    }
    if (take("=")) {
      next();
    }
    int alignment = alignment();
    expect(";");
    return new Written(name, type, isVector, alignment);
  }

  /** That of attributes in parentheses, others skipped; 0 without one. */
  private int alignment() {
    int alignment = 0;
    if (take("(")) {
      while (!take(")")) {
        if (next().equals("force_align")) {
          expect(":");
          alignment = Integer.parseInt(next());
        }
      }
    }
    return alignment;
  }

  private void add(List<Field> fields, Written one) {
    String type = one.type();
    Integer width = WIDTHS.getOrDefault(type, enums.get(type));
    if (width != null) {
      fields.add(
          new Field(
              one.name(),
              one.isVector() ? Kind.SCALARS : Kind.SCALAR,
              width,
              Math.max(width, one.alignment()),
              List.of()));
    } else if (type.equals("string")) {
      fields.add(new Field(one.name(), one.isVector() ? Kind.TEXTS : Kind.TEXT, 4, 4, List.of()));
    } else if (tables.containsKey(type)) {
      fields.add(
          new Field(
              one.name(),
              one.isVector() ? Kind.TABLES : Kind.TABLE,
              4,
              4,
              List.of(tables.get(type))));
    } else if (unions.containsKey(type) && !one.isVector()) {
      fields.add(new Field(one.name() + "_type", Kind.SCALAR, 1, 1, List.of()));
      List<FlatType> members = unions.get(type).stream().map(tables::get).toList();
      fields.add(new Field(one.name(), Kind.UNION, 4, 4, members));
    } else {
      throw new IllegalArgumentException("a schema with a field of type " + type);
    }
  }
}
