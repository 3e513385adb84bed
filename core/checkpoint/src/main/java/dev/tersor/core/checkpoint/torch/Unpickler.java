package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.torch.PickleValue.Bytes;
import dev.tersor.core.checkpoint.torch.PickleValue.Constant;
import dev.tersor.core.checkpoint.torch.PickleValue.Dict;
import dev.tersor.core.checkpoint.torch.PickleValue.ElementType;
import dev.tersor.core.checkpoint.torch.PickleValue.Items;
import dev.tersor.core.checkpoint.torch.PickleValue.Name;
import dev.tersor.core.checkpoint.torch.PickleValue.Storage;
import dev.tersor.core.checkpoint.torch.PickleValue.Text;
import dev.tersor.core.checkpoint.torch.PickleValue.Tuple;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine of pickles, protocols 0 to 5: a stack, marks on it, and a memo of values to come back
 * to. Instructions are a byte and its arguments. A name that is not on the closed lists {@link
 * Global} and {@link TorchType} is an error, whether anything is made of it or not; a call builds a
 * value ({@link Calls}) and does nothing else.
 *
 * <p>Example: {@code 80 02 | 5d | 28 | 4b 07 | 4b 08 | 65 | 2e} is protocol 2, an empty list, a
 * mark, 7, 8, append what is above the mark, stop: the list [7, 8].
 */
final class Unpickler {
  private static final int MAX_STACK = 1 << 20;
  private static final int MAX_PROTOCOL = 5;

  /** What a place in a list takes. */
  private static final int PLACE_BYTES = 16;

  private final PickleInput in;
  private final Calls calls;
  private final Literals literals;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();

  Unpickler(PickleInput in) {
    this.in = in;
    this.calls = new Calls(in);
    this.literals = new Literals(in);
  }

  /**
   * Reads one pickle and leaves the input behind it.
   *
   * @throws MalformedInputException if it is damaged, asks for anything but what is built here, or
   *     builds too much
   */
  PickleValue read() throws IOException {
    for (int opcode = in.opcode(); opcode != '.'; opcode = in.opcode()) {
      step(opcode);
    }
    return pop();
  }

  /** The storages that the pickle named, by their keys. */
  Map<String, Storage> storages() {
    return storages;
  }

  private PickleValue storage() {
    Storage storage = calls.storage(pop());
    storages.put(storage.key(), storage);
    return storage;
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol();
      case 0x95 -> in.bytes(8); // The length of a frame, which readers without a buffer need not.
      case '(' -> mark();
      case '0' -> drop();
      case '1' -> aboveMark();
      case '2' -> push(top());
      case 'N' -> push(Constant.NONE);
      case 0x88 -> push(Constant.TRUE);
      case 0x89 -> push(Constant.FALSE);
      case 'I', 'L', 'F', 'J', 'K', 'M', 'G', 0x8a, 0x8b -> push(literals.number(opcode));
      case 'S', 'V', 'T', 'U', 'X', 0x8c, 0x8d -> push(literals.text(opcode));
      case 'B' -> pushBytes(in.u32());
      case 'C' -> pushBytes(in.u8());
      case 0x8e, 0x96 -> pushBytes(in.i64());
      case ')', 't', 0x85, 0x86, 0x87 -> tuple(opcode);
      case ']', 0x8f -> push(new Items());
      case 'l', 0x91 -> push(new Items(new ArrayList<>(aboveMark())));
      case '}' -> push(new Dict());
      case 'd' -> {
        List<PickleValue> entries = aboveMark();
        put(push(new Dict()), entries);
      }
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(aboveMark());
      case 's' -> {
        PickleValue value = pop();
        PickleValue key = pop();
        put(top(), List.of(key, value));
      }
      case 'u' -> {
        List<PickleValue> entries = aboveMark();
        put(top(), entries);
      }
      case 'p', 'q', 'r', 0x94 -> remember(opcode);
      case 'g', 'h', 'j' -> recall(opcode);
      case 'c' -> push(named(in.line(), in.line()));
      case 0x93 -> stackGlobal();
      case 'i' -> throw calls.refused(in.line(), in.line());
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'Q' -> push(storage());
      default -> throw in.malformed("instruction 0x%02x is not read".formatted(opcode));
    }
  }

  private void protocol() throws IOException {
    int protocol = in.u8();
    if (protocol > MAX_PROTOCOL) {
      throw in.malformed("protocol %d, at most %d".formatted(protocol, MAX_PROTOCOL));
    }
  }

  private PickleValue push(PickleValue value) {
    if (stack.size() == MAX_STACK) {
      throw in.malformed("more than " + MAX_STACK + " values on its stack");
    }
    in.charge(PickleInput.VALUE_BYTES);
    stack.add(value);
    return value;
  }

  private PickleValue top() {
    int bottom = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() <= bottom) {
      throw in.malformed("an instruction without its value");
    }
    return stack.get(stack.size() - 1);
  }

  private PickleValue pop() {
    PickleValue value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private void mark() {
    if (marks.size() == MAX_STACK) {
      throw in.malformed("more than " + MAX_STACK + " marks");
    }
    marks.push(stack.size());
  }

  /** Takes a value away, or the mark where nothing is above it. */
  private void drop() {
    if (!marks.isEmpty() && marks.peek() == stack.size()) {
      marks.pop();
    } else {
      pop();
    }
  }

  private List<PickleValue> aboveMark() {
    if (marks.isEmpty()) {
      throw in.malformed("an instruction without its mark");
    }
    List<PickleValue> above = stack.subList(marks.pop(), stack.size());
    in.charge((long) PLACE_BYTES * above.size());
    List<PickleValue> values = List.copyOf(above);
    above.clear();
    return values;
  }

  private void pushBytes(long count) throws IOException {
    push(new Bytes(in.bytes(count).length));
  }

  private void tuple(int opcode) {
    List<PickleValue> items;
    if (opcode == 't') {
      items = aboveMark();
    } else {
      PickleValue[] last = new PickleValue[opcode == ')' ? 0 : opcode - 0x84];
      for (int i = last.length - 1; i >= 0; i--) {
        last[i] = pop();
      }
      items = List.of(last);
    }
    push(new Tuple(items));
  }

  private void append(List<PickleValue> values) {
    if (!(top() instanceof Items items)) {
      throw in.malformed("appends to " + top().kind() + ", expected a list");
    }
    in.charge((long) PLACE_BYTES * values.size());
    items.items().addAll(values);
  }

  private void put(PickleValue into, List<PickleValue> keysAndValues) {
    if (!(into instanceof Dict dict) || keysAndValues.size() % 2 != 0) {
      throw in.malformed("puts %d values into %s".formatted(keysAndValues.size(), into.kind()));
    }
    in.charge((long) PLACE_BYTES * keysAndValues.size());
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dict.keys().add(keysAndValues.get(i));
      dict.values().add(keysAndValues.get(i + 1));
    }
  }

  private void remember(int opcode) throws IOException {
    long index =
        switch (opcode) {
          case 'p' -> index(in.line());
          case 'q' -> in.u8();
          case 'r' -> in.u32();
          default -> memo.size();
        };
    in.charge(PickleInput.VALUE_BYTES);
    memo.put(index, top());
  }

  private void recall(int opcode) throws IOException {
    long index =
        switch (opcode) {
          case 'g' -> index(in.line());
          case 'h' -> in.u8();
          default -> in.u32();
        };
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.malformed("nothing is remembered as " + index);
    }
    push(value);
  }

  private long index(String digits) {
    if (!digits.matches("[0-9]{1,10}")) {
      throw in.malformed("an index that is no number");
    }
    return Long.parseLong(digits);
  }

  private PickleValue named(String module, String name) {
    Global global = Global.of(module, name);
    if (global != null) {
      return new Name(global);
    }
    TorchType type = TorchType.of(module, name);
    if (type == null) {
      throw calls.refused(module, name);
    }
    return new ElementType(type);
  }

  private void stackGlobal() {
    PickleValue name = pop();
    PickleValue module = pop();
    if (!(module instanceof Text in) || !(name instanceof Text of)) {
      throw this.in.malformed("a global of %s and %s".formatted(module.kind(), name.kind()));
    }
    push(named(in.text(), of.text()));
  }

  private void call() {
    PickleValue arguments = pop();
    PickleValue callee = pop();
    if (!(callee instanceof Name name) || !(arguments instanceof Tuple tuple)) {
      throw in.malformed("calls %s with %s".formatted(callee.kind(), arguments.kind()));
    }
    push(calls.call(name.global(), tuple.items()));
  }

  /** Attributes of an ordered dict, such as the versions of a network's modules: left out. */
  private void build() {
    pop();
    if (!(top() instanceof Dict)) {
      throw in.malformed("sets attributes of " + top().kind());
    }
  }
}
