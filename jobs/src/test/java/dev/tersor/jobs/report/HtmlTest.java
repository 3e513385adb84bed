package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void textsAndAttributesAreEscaped() {
    Html html = new Html();
    html.open("p", "title", "\"<&>'").text("</p><script>&amp;").close();
    assertEquals(
        "<!DOCTYPE html>\n<p title=\"&quot;&lt;&amp;&gt;'\">&lt;/p&gt;&lt;script&gt;&amp;amp;</p>",
        html.toString());
  }

  @Test
  void whatNoPageCanHoldIsReplaced() {
    assertEquals("a\ufffdb\ufffd", Html.printable("a\u0000b\u001b"));
    assertEquals("\ufffd\ufffd", Html.printable("\ud800\uffff"));
    assertEquals("\ufffd\n\t", Html.printable("\u0085\n\t"));
    String face = new String(Character.toChars(0x1f600));
    assertEquals("é€" + face, Html.printable("é€" + face));
  }

  @Test
  void tablesHaveHeadsAndABoxOfTheirOwn() {
    Html html = new Html();
    html.table("sizes", 1, List.of("name", "bytes"), List.of(List.of("a", "1")));
    String text = html.toString();
    assertTrue(text.contains("<div class=\"scroll\" tabindex=\"0\" role=\"region\""), text);
    assertTrue(text.contains("<caption>sizes</caption>"), text);
    assertTrue(text.contains("<th scope=\"row\">a</th><td class=\"number\">1</td>"), text);
  }
}
