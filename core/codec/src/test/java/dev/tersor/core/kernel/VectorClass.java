package dev.tersor.core.kernel;

import dev.tersor.core.bits.KernelFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A compiled class that refers to the Vector API.
 *
 * @param name of the class, with its package
 * @param references to members of the Vector API's classes
 */
@SuppressWarnings("ArrayRecordComponent") // a class file, for the tests alone
public record VectorClass(String name, byte[] bytes, List<ConstantPool.Member> references) {
  private static final String API = "jdk/incubator/vector/";

  /** The interfaces whose families these classes belong to. */
  private static final Map<String, String> FAMILIES =
      Map.of(
          "index.VectorLaneCounts", "index.LaneCounts",
          "index.VectorRunOffsets", "index.RunOffsets",
          "kernel.VectorProducts", "kernel.Products",
          "kernel.VectorDenseProducts", "kernel.Products",
          "kernel.VectorPackedProducts", "kernel.PackedProducts",
          "kernel.VectorByteProducts", "kernel.PackedProducts",
          "kernel.VectorTableProducts", "kernel.PackedProducts",
          "kernel.VectorWords", "kernel.PackedProducts",
          "symbol.VectorRans", "symbol.RansKernel",
          "wavelet.VectorMerge", "wavelet.Merge");

  private static final String ROOT = "dev.tersor.core.";

  /** All there are. */
  public static List<VectorClass> all() {
    try {
      Path classes =
          Path.of(KernelFamily.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<VectorClass> all = new ArrayList<>();
      try (Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          byte[] bytes = Files.readAllBytes(file);
          List<ConstantPool.Member> references = new ArrayList<>(new ConstantPool(bytes).members());
          references.removeIf(member -> !member.owner().startsWith(API));
          if (!references.isEmpty()) {
            String path = classes.relativize(file).toString();
            String name = path.replaceFirst("\\.class$", "").replaceAll("[/\\\\]", ".");
            all.add(new VectorClass(name, bytes, references));
          }
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The package below the root, as the parts of {@link KernelWorkload} are called. */
  String part() {
    return name.substring(ROOT.length(), name.lastIndexOf('.'));
  }

  /** Whether its family takes the vector form on this virtual machine. */
  boolean isTaken() {
    return isTaken(VectorClass.class.getClassLoader());
  }

  /** The interface that it implements, below the root; null where it is in no family. */
  public String family() {
    return FAMILIES.get(name.substring(ROOT.length()));
  }

  boolean isTaken(ClassLoader loader) {
    String family = family();
    if (family == null) {
      throw new IllegalStateException(name + " belongs to no family that is tried before use");
    }
    try {
      Field field = Class.forName(ROOT + family, true, loader).getDeclaredField("FAMILY");
      field.setAccessible(true);
      Object working = field.getType().getMethod("working").invoke(field.get(null));
      return (boolean) working.getClass().getMethod("isPresent").invoke(working);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(family, e);
    }
  }

  /** The references that this Java version has no member for, as a compact text. */
  List<String> missing() {
    return references.stream()
        .filter(member -> !exists(member))
        .map(member -> member.owner().substring(API.length()) + "." + member.name())
        .toList();
  }

  private static boolean exists(ConstantPool.Member member) {
    try {
      ClassLoader loader = ClassLoader.getSystemClassLoader();
      Class<?> owner = Class.forName(member.owner().replace('/', '.'), false, loader);
      return member.descriptor().startsWith("(")
          ? hasMethod(owner, member)
          : Stream.of(owner.getFields()).anyMatch(field -> isSame(field, member));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean isSame(Field field, ConstantPool.Member member) {
    return field.getName().equals(member.name())
        && field.getType().descriptorString().equals(member.descriptor());
  }

  private static boolean hasMethod(Class<?> type, ConstantPool.Member member) {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Method method : owner.getDeclaredMethods()) {
        MethodType signature =
            MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        if (method.getName().equals(member.name())
            && signature.toMethodDescriptorString().equals(member.descriptor())) {
          return true;
        }
      }
    }
    return Stream.of(type.getInterfaces()).anyMatch(each -> hasMethod(each, member));
  }
}
