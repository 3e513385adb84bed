package dev.tersor.core.kernel;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The constant pool of a class file (JVM specification, section 4.4). */
final class ConstantPool {
  private static final int START = 10;
  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;

  private final ByteBuffer file;

  /** Where each constant begins, by its number. */
  private final int[] at;

  private final int end;

  /**
   * A field or method that the class refers to.
   *
   * @param number of the constant
   * @param owner with slashes
   */
  record Member(int number, String owner, String name, String descriptor) {}

  ConstantPool(byte[] classFile) {
    file = ByteBuffer.wrap(classFile);
    at = new int[file.getChar(START - 2)];
    int position = START;
    for (int i = 1; i < at.length; i++) {
      at[i] = position;
      int tag = file.get(position);
      position +=
          switch (tag) {
            case UTF8 -> 3 + file.getChar(position + 1);
            case CLASS, 8, 16, 19, 20 -> 3;
            case 15 -> 4;
            case 5, 6 -> 9;
            default -> 5;
          };
      if (tag == 5 || tag == 6) {
        i++; // numbers of 64 bits count twice
      }
    }
    end = position;
  }

  List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i < at.length; i++) {
      int tag = at[i] == 0 ? 0 : file.get(at[i]);
      if (tag >= FIELD && tag <= INTERFACE_METHOD) {
        int owner = file.getChar(at[i] + 1);
        int nameAndType = at[file.getChar(at[i] + 3)];
        members.add(
            new Member(
                i,
                text(file.getChar(at[owner] + 1)),
                text(file.getChar(nameAndType + 1)),
                text(file.getChar(nameAndType + 3))));
      }
    }
    return members;
  }

  private String text(int number) {
    int length = file.getChar(at[number] + 1);
    return new String(file.array(), at[number] + 3, length, StandardCharsets.UTF_8);
  }

  /** The class file with another name for a member that it refers to. */
  byte[] renamed(Member member, String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(file.array(), 0, START - 2);
      out.writeChar(at.length + 2);
      out.write(file.array(), START, end - START);
      out.writeByte(UTF8);
      out.writeUTF(name);
      out.writeByte(NAME_AND_TYPE);
      out.writeChar(at.length);
      out.writeChar(file.getChar(at[file.getChar(at[member.number()] + 3)] + 3));
      out.write(file.array(), end, file.capacity() - end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] changed = bytes.toByteArray();
    ByteBuffer.wrap(changed).putChar(at[member.number()] + 3, (char) (at.length + 1));
    return changed;
  }
}
