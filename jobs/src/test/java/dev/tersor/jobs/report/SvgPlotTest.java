package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SvgPlotTest {
  private static SvgPlot plot() {
    HeatMap map = new HeatMap(List.of("conv1", "a<b>&\u0001"), List.of("bitmap/rans", "auto"));
    map.add("conv1", "bitmap/rans", 3.25);
    map.add("conv1", "auto", 2.75);
    map.add("a<b>&\u0001", "auto", 7.5);
    map.add("of no layer that is shown", "auto", 99);
    return map.draw("one", "Layers & <bits>", "encodings");
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void textStaysTextAndIsEscaped() throws Exception {
    Document svg = parsed(plot().file());
    String text = svg.getDocumentElement().getTextContent();
    for (String part :
        List.of("conv1", "a<b>&\ufffd", "bitmap/rans", "3.25", "2.75", "7.50", "encodings")) {
      assertTrue(text.contains(part), part + " is not in " + text);
    }
    assertFalse(text.contains("99"), text);
    assertEquals("Layers & <bits>", svg.getElementsByTagName("title").item(0).getTextContent());
    assertEquals("one-title one-text", svg.getDocumentElement().getAttribute("aria-labelledby"));
  }

  @Test
  void everyColourFollowsThePage() {
    String svg = plot().inline();
    Matcher colours = Pattern.compile("<[^>]*(?:fill|stroke)=\"(#|rgb|white)[^>]*>").matcher(svg);
    int count = 0;
    while (colours.find()) {
      count++;
      assertTrue(colours.group().contains("class="), colours.group());
      assertFalse(colours.group().contains("rgb"), colours.group());
    }
    assertTrue(count > 5, svg);
    assertTrue(svg.contains("f-heat0") && svg.contains("f-heat7"), svg);
    assertTrue(plot().file().contains("prefers-color-scheme: dark"), svg);
  }

  @Test
  void theSameNumbersAreATable() {
    HeatMap map = new HeatMap(List.of("a", "b"), List.of("x", "y"));
    map.add("a", "y", 12.34);
    map.add("b", "x", 0.5);
    assertEquals(List.of(List.of("a", "", "12.3"), List.of("b", "0.50", "")), map.rows());
  }

  @Test
  void namesOfFilesArePlain() {
    assertEquals("a-b-c_d", ReportPage.fileName("a/b c_d"));
    assertEquals("-etc-passwd", ReportPage.fileName("../../etc/passwd"));
    assertEquals(40, ReportPage.fileName("x".repeat(300)).length());
    assertTrue(LayerSection.IN_ORDER.compare("layer9.a", "layer10.a") < 0);
  }
}
