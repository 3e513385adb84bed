package dev.tersor.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.IncubatorModule;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Java versions to come: each method and constant of the Vector API that a kernel refers to, taken
 * away. The plain form is taken then, unless this machine never gets to where it is used.
 */
class MissingMethodsTest {
  private static final String ROOT = "dev.tersor.core.";
  private final String before = System.getProperty(IncubatorModule.PROPERTY, "");

  @AfterEach
  void restore() {
    System.setProperty(IncubatorModule.PROPERTY, before);
  }

  /** Core's classes once more, one of them changed. */
  private static final class Loader extends ClassLoader {
    private final String name;
    private final byte[] changed;

    Loader(String name, byte[] changed) {
      super(MissingMethodsTest.class.getClassLoader());
      this.name = name;
      this.changed = changed;
    }

    @Override
    protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(wanted)) {
        Class<?> loaded = findLoadedClass(wanted);
        if (loaded != null || !wanted.startsWith(ROOT)) {
          return loaded != null ? loaded : super.loadClass(wanted, resolve);
        }
        byte[] bytes = wanted.equals(name) ? changed : bytes(wanted);
        return defineClass(wanted, bytes, 0, bytes.length);
      }
    }

    private byte[] bytes(String wanted) throws ClassNotFoundException {
      String file = wanted.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(wanted);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(wanted, e);
      }
    }
  }

  private static long checksum(ClassLoader loader, String part)
      throws ReflectiveOperationException {
    return (long)
        Class.forName(KernelWorkload.class.getName(), true, loader)
            .getMethod("checksum", String.class)
            .invoke(null, part);
  }

  @Test
  void plainKernelsTakeOverWhateverIsMissing() throws ReflectiveOperationException {
    Map<String, Long> expected = new HashMap<>();
    System.setProperty(IncubatorModule.PROPERTY, "off");
    for (String part : KernelWorkload.PARTS) {
      expected.put(part, KernelWorkload.checksum(part));
    }
    System.setProperty(IncubatorModule.PROPERTY, "on");
    List<String> unreached = new ArrayList<>();
    int left = 0;
    for (VectorClass vectors : VectorClass.all()) {
      ConstantPool pool = new ConstantPool(vectors.bytes());
      boolean isTaken = vectors.isTaken();
      for (ConstantPool.Member member : vectors.references()) {
        String what = vectors.name() + " without " + member;
        Loader loader = new Loader(vectors.name(), pool.renamed(member, "missing"));
        if (vectors.isTaken(loader)) {
          assertTrue(isTaken, what);
          assertEquals(expected.get(vectors.part()), checksum(loader, vectors.part()), what);
          unreached.add(what);
        } else {
          left++;
        }
      }
    }
    // Branches for other lengths of vectors are the few that are not reached here.
    assertTrue(left > 3 * unreached.size(), unreached::toString);
  }

  /** Whether all is taken is for processors with vectors of 256 bits to say: merging pays there. */
  @Test
  void whatIsWholeIsTaken() {
    System.setProperty(IncubatorModule.PROPERTY, "on");
    boolean areLong = Products.vectors().padded(2) >= 8;
    for (VectorClass vectors : VectorClass.all()) {
      // Those of rans are slower than plain code before Java 21.
      boolean isForNewer =
          vectors.name().endsWith("VectorRans") && Runtime.version().feature() < 21;
      if (areLong && vectors.missing().isEmpty() && !isForNewer) {
        assertTrue(vectors.isTaken(), vectors.name());
      }
    }
    System.setProperty(IncubatorModule.PROPERTY, "off");
    for (VectorClass vectors : VectorClass.all()) {
      assertFalse(vectors.isTaken(), vectors.name());
    }
  }
}
