package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it; pictures of it are left in target/report. */
class ReportBrowserTest {
  private static final Path PICTURES = Path.of("target", "report");
  private static final int PHONE = 380;
  private static final int DESK = 1200;

  /** Least contrast of text, Web Content Accessibility Guidelines 2.1, 1.4.3. */
  private static final double CONTRAST = 4.5;

  /**
   * A page around the page, as wide as a phone: what it measures is written into it, since the page
   * itself runs no script.
   */
  private static final String FRAME =
      """
      <!DOCTYPE html><body style="margin:0"><iframe src="page.html" style="border:0;width:%dpx;height:%dpx"></iframe>
      <pre></pre><script>
      function light(c) {
        return c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      }
      const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
      window.onload = () => {
        const inner = document.querySelector('iframe').contentWindow, page = inner.document;
        const style = element => inner.getComputedStyle(element);
        const paper = light(rgb(style(page.body).backgroundColor));
        const contrast = color => {
          const other = light(rgb(color));
          return (Math.max(paper, other) + 0.05) / (Math.min(paper, other) + 0.05);
        };
        const texts = [...page.querySelectorAll('p, th, td, figcaption, summary, h1, h2, h3, li, a, dd')].map(e => style(e).color)
          .concat([...page.querySelectorAll('svg text')].map(e => style(e).fill));
        document.querySelector('pre').textContent = [
          'width=' + page.documentElement.clientWidth, 'content=' + page.documentElement.scrollWidth,
          'boxes=' + [...page.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length,
          'loaded=' + inner.performance.getEntriesByType('resource').length, 'texts=' + texts.length,
          'plots=' + page.querySelectorAll('svg').length, 'paper=' + paper.toFixed(3),
          'contrast=' + Math.min(...texts.map(contrast)).toFixed(2)].join(' ');
      };
      </script>
      """;

  @TempDir static Path folder;
  private static String browser;

  @BeforeAll
  static void write() throws IOException {
    Optional<String> found =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(
                name ->
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(path -> Path.of(path, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    assumeTrue(found.isPresent(), "no Chromium on PATH: the page is not opened");
    browser = found.get();
    Files.createDirectories(PICTURES);
    List<String> layers =
        IntStream.range(0, 60).mapToObj(i -> "features." + i + ".conv.weight").toList();
    ReportFixture fixture =
        new ReportFixture()
            .grid(
                "a-network-with-rather-a-long-name/of-two-parts_and_no_blank",
                "synthetic",
                layers,
                List.of(0.5, 0.9),
                List.of(8),
                ReportFixture.encodings(16),
                null)
            .grid(
                "net",
                "trained",
                List.of("fc1", "w".repeat(200)),
                List.of(0.3, 0.5, 0.7),
                List.of(4, 8),
                ReportFixture.encodings(5),
                0.98)
            .failure("net", "fc1", 0.5, "cabac/packed", "IOException: " + "e".repeat(300))
            .finish("--weights net=" + "/path".repeat(50));
    try (SparkSession session = ReportFixture.session()) {
      ReportPage page =
          ReportPage.of(
              session,
              fixture.write(session, folder.resolve("results")),
              "results",
              List.of(),
              null,
              "0.1.0");
      Files.writeString(folder.resolve("page.html"), page.html());
    }
  }

  private static String run(boolean isDark, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--allow-file-access-from-files",
                "--user-data-dir=" + folder.resolve("profile"),
                "--blink-settings=preferredColorScheme=" + (isDark ? 0 : 1)));
    command.addAll(List.of(options));
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), "the browser does not end");
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }

  private static Path frame(int width, int height) throws IOException {
    return Files.writeString(
        folder.resolve("frame" + width + ".html"), FRAME.formatted(width, height));
  }

  /** What the frame says of the page. */
  private static String measured(int width, boolean isDark) throws Exception {
    String dom = run(isDark, "--dump-dom", frame(width, 900).toUri().toString());
    Matcher answer = Pattern.compile("<pre>(width=[^<]*)</pre>").matcher(dom);
    assertTrue(answer.find(), dom);
    return answer.group(1);
  }

  private static double number(String answer, String name) {
    Matcher value = Pattern.compile("\\b" + name + "=([0-9.]+)").matcher(answer);
    assertTrue(value.find(), answer);
    return Double.parseDouble(value.group(1));
  }

  private static void assertReadable(String answer, int width) {
    assertEquals(width, number(answer, "width"), answer);
    assertTrue(number(answer, "content") <= width, "scrolls sideways: " + answer);
    assertEquals(0, number(answer, "loaded"), "loads something: " + answer);
    assertEquals(18, number(answer, "plots"), answer);
    assertTrue(number(answer, "texts") > 1000, answer);
    assertTrue(number(answer, "contrast") >= CONTRAST, answer);
  }

  @Test
  void isReadableOnPhoneAndDeskInLightAndDark() throws Exception {
    String phone = measured(PHONE, false);
    assertReadable(phone, PHONE);
    assertTrue(number(phone, "boxes") > 5, "tables do not scroll in their boxes: " + phone);
    assertTrue(number(phone, "paper") > 0.9, phone);
    String dark = measured(DESK, true);
    assertReadable(dark, DESK);
    assertTrue(number(dark, "paper") < 0.05, "the page does not turn dark: " + dark);
  }

  @Test
  void hasPictures() throws Exception {
    picture("light", folder.resolve("page.html"), DESK, 6000, false);
    picture("dark", folder.resolve("page.html"), DESK, 6000, true);
    picture("phone", frame(PHONE, 6000), 500, 6000, false);
  }

  private static void picture(String name, Path page, int width, int height, boolean isDark)
      throws Exception {
    Path file = PICTURES.resolve(name + ".png").toAbsolutePath();
    Files.deleteIfExists(file);
    run(
        isDark,
        "--window-size=" + width + "," + height,
        "--screenshot=" + file,
        page.toUri().toString());
    assertEquals(width, ImageIO.read(file.toFile()).getWidth());
  }
}
