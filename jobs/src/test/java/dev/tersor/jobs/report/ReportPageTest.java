package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportPageTest {
  private static final String SCRIPT = "<script>alert('x')</script>";

  @TempDir static Path folder;
  private static SparkSession session;

  @BeforeAll
  static void start() {
    session = ReportFixture.session();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static ReportPage page(ReportFixture fixture, String name, String run, String... models) {
    ResultsFolder results = fixture.write(session, folder.resolve(name));
    return ReportPage.of(session, results, name, List.of(models), run, "0.1.0");
  }

  /** HTML that is written in the syntax of XML is well-formed where all was escaped and closed. */
  private static Document parsed(String text) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(
        new InputSource(new StringReader(text.replaceFirst("<!DOCTYPE html>", ""))));
  }

  private static ReportFixture small() {
    return new ReportFixture()
        .grid(
            "net",
            "trained",
            List.of("conv1", "conv2", "conv10"),
            List.of(0.5, 0.9),
            List.of(4, 8),
            ReportFixture.encodings(5),
            0.98);
  }

  private static List<String> texts(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  @Test
  void saysWhatIsThereAndNeedsNothingElse() throws Exception {
    ReportPage page = page(small().finish("--models net"), "small", null);
    Document html = parsed(page.html());
    String text = html.getElementsByTagName("body").item(0).getTextContent();
    assertTrue(text.contains("60 cells of 1 model, 60 verified by decoding, 0 failed."), text);
    assertTrue(text.contains("trained by this project"), text);
    assertFalse(text.contains("SYNTHETIC"), text);
    assertTrue(text.contains("None: every cell was decoded"), text);
    assertEquals(
        List.of(
            "Smallest container of each setting",
            "Size against accuracy",
            "Size against decode speed",
            "Sizes relative to dense codes",
            "Size by part",
            "Gap to order-0 entropy",
            "Layers"),
        texts(html, "h3"));
    assertEquals(9, page.plots().size());
    assertTrue(texts(html, "td").contains("--models net"), text);
    List<String> heads = texts(html, "th");
    assertTrue(heads.indexOf("conv2") < heads.indexOf("conv10"), heads::toString);
    // Of 6,000 weights at 4 bits dense codes are 3,000 bytes: 1,051 + 339 for bitmap/rans.
    assertTrue(text.contains("1.39k (0.463)*"), text);
    assertAlone(page.html(), html);
  }

  @Test
  void theBestContextModelStandsBesideOrder0() throws Exception {
    ReportFixture fixture =
        new ReportFixture()
            .grid(
                "net",
                "trained",
                List.of("conv1"),
                List.of(0.5),
                List.of(4),
                List.of("bitmap/rans", "dense/context", "dense/mix"),
                0.98)
            .grid(
                "other",
                "trained",
                List.of("conv1"),
                List.of(0.5),
                List.of(4),
                List.of("bitmap/rans"),
                0.98);
    ReportPage page = page(fixture.finish("--models net"), "context", null);
    Document html = parsed(page.html());
    // Of 1,000 weights at 4 bits dense codes are 500 bytes: 176 + 60 for dense/context.
    assertTrue(
        texts(html, "td").contains("dense/context 236 (0.472) "), texts(html, "td")::toString);
    assertTrue(texts(html, "td").contains("not swept"), texts(html, "td")::toString);
    assertTrue(page.html().contains("best context model of each setting"), page.html());
    assertFalse(html.getDocumentElement().getTextContent().contains("floor"));
  }

  private static void assertAlone(String page, Document html) {
    Matcher links = Pattern.compile("(?:href|src|url)\\s*[=(]\\s*[\"']?([^\"')>]*)").matcher(page);
    while (links.find()) {
      assertTrue(links.group(1).startsWith("#"), links.group());
    }
    String own = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assertFalse(own.contains("://"), "a link outside");
    Set<String> ids = new HashSet<>();
    NodeList all = html.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertTrue(id.isEmpty() || ids.add(id), "twice: " + id);
    }
    Matcher targets = Pattern.compile("(?:href=\"#|url\\(#)([^\")]*)").matcher(page);
    while (targets.find()) {
      assertTrue(ids.contains(targets.group(1)), targets.group(1));
    }
  }

  @Test
  void everyNameIsOnlyText() throws Exception {
    ReportFixture fixture =
        new ReportFixture()
            .grid(
                "n<b>&\"'" + SCRIPT.replace("/", ""),
                "synthetic",
                List.of("a" + SCRIPT, "b\u0000\u001b]]>\ud800", "c\u202e&amp;"),
                List.of(0.5),
                List.of(8),
                List.of("bitmap/rans", "x" + SCRIPT),
                null)
            .failure("net", "t" + SCRIPT, 0.5, "bitmap/rans", "IOException: " + SCRIPT)
            .finish("--models " + SCRIPT);
    ReportPage page = page(fixture, "names", null);
    Document html = parsed(page.html());
    assertEquals(0, html.getElementsByTagName("script").getLength());
    assertEquals(0, html.getElementsByTagName("b").getLength());
    assertFalse(page.html().contains("<script"), page.html());
    assertTrue(texts(html, "td").contains("IOException: " + SCRIPT));
    assertTrue(texts(html, "th").contains("a" + SCRIPT));
    assertTrue(texts(html, "strong").stream().anyMatch(t -> t.startsWith("SYNTHETIC WEIGHTS")));
    for (var plot : page.plots().entrySet()) {
      assertTrue(plot.getKey().matches("[A-Za-z0-9_-]+\\.svg"), plot.getKey());
      assertEquals(0, parsed(plot.getValue()).getElementsByTagName("script").getLength());
    }
  }

  @Test
  void countsOnABoardStandBesideThePapersCycles() throws Exception {
    ReportFixture fixture =
        new ReportFixture()
            .board(
                "resnet8",
                "trained",
                List.of("conv1", "conv2"),
                List.of(0.3, 0.5, 0.7),
                List.of("hybrid/packed", "psr/packed"),
                null)
            .board(
                "mine",
                "synthetic",
                List.of("fc" + SCRIPT),
                List.of(0.5),
                List.of("hybrid/packed"),
                "UnavailableException: no qemu-system-arm on this worker")
            .finish("device");
    ReportPage page = page(fixture, "board", null);
    Document html = parsed(page.html());
    String text = html.getElementsByTagName("body").item(0).getTextContent();
    assertEquals(Set.of("device-2-sparsity.svg", "device-2-tensors.svg"), page.plots().keySet());
    assertEquals(List.of("mine SYNTHETIC WEIGHTS", "resnet8 weights: trained"), texts(html, "h3"));
    // 13 letters less 0.3, of which the paper counts 451.11 / 73.73 cycles.
    List<String> cells = texts(html, "td");
    int counted = cells.indexOf("12.700");
    assertEquals(
        List.of("hybrid/packed", "12.700", "127.000", "0.700", "6.12", "1,500", "120", "1,000"),
        cells.subList(counted - 1, counted + 7));
    String missing = "UnavailableException: no qemu-system-arm on this worker";
    assertTrue(texts(html, "th").contains(missing), text);
    assertTrue(text.contains("They are no cycles"), text);
    assertAlone(page.html(), html);
    assertFalse(page(small(), "no-board", null).html().contains("Cortex"), "nothing was counted");
  }

  @Test
  void aResultThatIsThereTwiceCountsOnceAndFailuresHaveTheirErrors() throws Exception {
    ReportFixture fixture = small();
    // Measured again with fewer timing runs, and a failure that was mended.
    for (Row cell : List.copyOf(fixture.cells())) {
      RowBuilder again = new RowBuilder(Table.CELLS);
      for (String column : cell.schema().fieldNames()) {
        again.set(column, cell.<Object>getAs(column));
      }
      again.set("key", "again" + cell.getAs("key")).set("timing_runs", 1);
      fixture.add(Table.CELLS, again.build());
    }
    fixture.failure("net", "conv1", 0.5, "bitmap/rans", "OutOfMemoryError: mended");
    for (int i = 0; i < 70; i++) {
      fixture.failure("net", "conv1", 0.5, "cabac" + i + "/packed", "Error: number " + i);
      fixture.failure("net", "conv2", 0.5, "cabac" + i + "/packed", "Error: the same");
    }
    ReportPage page = page(fixture, "failures", null);
    Document html = parsed(page.html());
    String text = html.getElementsByTagName("body").item(0).getTextContent();
    assertTrue(text.contains("200 cells of 1 model, 60 verified by decoding, 140 failed."), text);
    assertFalse(text.contains("mended"), text);
    assertTrue(text.contains("Of 71 different errors the 60 most frequent are listed."), text);
    int same = texts(html, "td").indexOf("Error: the same");
    assertEquals("70", texts(html, "td").get(same + 4));
    assertTrue(text.contains("Of 75 encodings the 32 nearest"), text);
    assertTrue(text.contains("all 3 layers"), text);
  }

  @Test
  void aRunIsWhatItComputed() throws Exception {
    ReportFixture fixture = small().finish("first");
    fixture
        .run("20260202-000000-bbbbbb")
        .grid(
            "other",
            "synthetic",
            List.of("fc"),
            List.of(0.7),
            List.of(8),
            List.of("bitmap/rans"),
            null)
        .run("20260303-000000-cccccc")
        .finish("all there");
    ResultsFolder results = fixture.write(session, folder.resolve("runs"));
    ReportPage page =
        ReportPage.of(session, results, "runs", List.of(), "20260202-000000-bbbbbb", "0.1.0");
    String text = parsed(page.html()).getElementsByTagName("body").item(0).getTextContent();
    assertTrue(text.contains("1 cell of 1 model"), text);
    assertTrue(text.contains("other"), text);
    assertTrue(text.contains("did not come to an end: 20260202-000000-bbbbbb"), text);
    assertTrue(text.contains("It is not accuracy, and that of synthetic weights"), text);
    refused(results, List.of(), "20260202-000000-bbbbbc", "no run", "20260202-000000-bbbbbb");
    refused(results, List.of(), "20260303-000000-cccccc", "computed nothing");
    refused(results, List.of("net", "nett"), null, "'nett'", "nearest: net");
    refused(results, List.of("net"), "20260202-000000-bbbbbb", "computed nothing of net");
  }

  private static void refused(
      ResultsFolder results, List<String> models, String run, String... parts) {
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> ReportPage.of(session, results, "runs", models, run, "0.1.0"));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void largeResultsAreSummedUpAndCapsAreSaid() throws Exception {
    List<String> layers = IntStream.range(0, 150).mapToObj(i -> "layers." + i + ".weight").toList();
    ReportFixture fixture =
        new ReportFixture()
            .grid(
                "deep",
                "synthetic",
                layers,
                List.of(0.1, 0.3, 0.5, 0.7, 0.9),
                List.of(4, 8),
                ReportFixture.encodings(20),
                null);
    assertEquals(30_000, fixture.cells().size());
    ReportPage page = page(fixture, "large", null);
    String text = parsed(page.html()).getElementsByTagName("body").item(0).getTextContent();
    assertTrue(text.contains("30,000 cells of 1 model, 30,000 verified"), text);
    assertTrue(text.contains("6 of 10 settings are shown one by one"), text);
    assertTrue(text.contains("Of 150 layers the 120 with most weights are shown"), text);
    assertTrue(text.contains("The 14 encodings nearest to order-0 entropy"), text);
    assertTrue(page.html().length() < 4_000_000, page.html().length() + " characters");
  }
}
