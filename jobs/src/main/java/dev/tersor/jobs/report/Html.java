package dev.tersor.jobs.report;

import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes HTML in the syntax of XML: every text and attribute is escaped by the writer of the JDK,
 * and what is opened is closed.
 */
final class Html {
  private static final int LEAST_WIDTH = 600;

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  Html() {
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter((Writer) text);
      text.write("<!DOCTYPE html>\n");
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e); // to a text in memory
    }
  }

  private interface Step {
    void run() throws XMLStreamException;
  }

  private Html step(Step step) {
    try {
      step.run();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e); // to a text in memory
    }
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Html open(String tag, String... attributes) {
    return step(
        () -> {
          xml.writeStartElement(tag);
          attributes(attributes);
        });
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i], printable(attributes[i + 1]));
    }
  }

  /** Closes the element that was opened last. */
  Html close() {
    return step(xml::writeEndElement);
  }

  Html text(String value) {
    return step(() -> xml.writeCharacters(printable(value)));
  }

  /** An element without content, such as {@code meta}. */
  Html single(String tag, String... attributes) {
    return step(
        () -> {
          xml.writeEmptyElement(tag);
          attributes(attributes);
        });
  }

  /** An element with a text. */
  Html element(String tag, String value, String... attributes) {
    return open(tag, attributes).text(value).close();
  }

  /** Markup of this program: a style sheet, a plot. */
  Html markup(String trusted) {
    return step(
        () -> {
          xml.writeCharacters("");
          xml.flush();
          text.write(trusted);
        });
  }

  /** A box that scrolls by itself where the page is narrower than what is in it. */
  Html scroll(String label) {
    return open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
  }

  /**
   * A table in a box of its own; the first column holds the names of the rows.
   *
   * @param numbers how many of the last columns are numbers
   */
  Html table(String label, int numbers, List<String> header, List<List<String>> rows) {
    int texts = header.size() - numbers;
    scroll(label).open("table").element("caption", label).open("thead").open("tr");
    for (int i = 0; i < header.size(); i++) {
      element("th", header.get(i), "scope", "col", "class", i < texts ? "text" : "number");
    }
    close().close().open("tbody");
    for (List<String> row : rows) {
      open("tr").element("th", row.get(0), "scope", "row");
      for (int i = 1; i < row.size(); i++) {
        element("td", row.get(i), "class", i < texts ? "text" : "number");
      }
      close();
    }
    return close().close().close();
  }

  /** A plot, with what is to be known beside it. */
  Html figure(SvgPlot plot, String caption) {
    // Letters stay readable on a phone, where it scrolls, and do not grow with a wide page.
    String width =
        "min-width:%dpx;max-width:%dpx"
            .formatted(Math.min(plot.width(), LEAST_WIDTH), plot.width() * 5 / 4);
    open("figure").scroll(plot.title()).open("div", "class", "canvas", "style", width);
    return markup(plot.inline()).close().close().element("figcaption", caption).close();
  }

  /** Characters that neither HTML nor XML can hold are replaced. */
  static String printable(String value) {
    StringBuilder clean = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(
            c -> {
              boolean isControl = c < ' ' || (c >= 0x7f && c <= 0x9f);
              boolean isAllowed = c == '\n' || c == '\t' || !(isControl || isNothing(c));
              clean.appendCodePoint(isAllowed ? c : 0xfffd);
            });
    return clean.toString();
  }

  /** Halves of pairs, and what is no character in any plane. */
  private static boolean isNothing(int c) {
    return (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) || (c & 0xfffe) == 0xfffe;
  }

  @Override
  public String toString() {
    step(xml::flush);
    return text.toString();
  }
}
