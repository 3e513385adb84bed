package dev.tersor.jobs.report;

import java.awt.Dimension;
import java.awt.geom.Rectangle2D;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.entity.ChartEntity;
import org.jfree.chart.entity.StandardEntityCollection;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * A chart as SVG: text stays text, colours are classes that follow a light or dark page, it has a
 * title and a description, and each point that has a text of its own shows it.
 *
 * @param name of the file, without its ending; also keeps identifiers of plots on a page apart
 * @param title what is to be seen
 * @param description what axes and marks mean
 */
record SvgPlot(
    String name, String title, String description, JFreeChart chart, int width, int height) {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final Pattern RGB = Pattern.compile("rgb\\((\\d+),(\\d+),(\\d+)\\)");

  /** Of a width that the letters were given their places for. */
  private static final String RULES =
      ".plot text { font-family: Verdana, \"DejaVu Sans\", sans-serif }"
          + " .hit { fill: transparent; stroke: none }\n";

  /** Half the width of what a pointer has to hit. */
  private static final double REACH = 7;

  /** Attributes that Batik writes and whose values are the defaults, or belong to the page. */
  private static final List<String> SUPERFLUOUS =
      List.of(
          "color-interpolation",
          "color-rendering",
          "font-family",
          "image-rendering",
          "shape-rendering",
          "stroke-miterlimit",
          "text-rendering",
          "xml:space");

  /** Rules of a page that has plots. */
  static String rules() {
    return RULES + Palette.rules();
  }

  /** To stand in an HTML page, which has the {@link #rules}. */
  String inline() {
    return text(draw());
  }

  /** A file of its own. */
  String file() {
    Element root = draw();
    root.setAttribute("width", String.valueOf(width));
    root.setAttribute("height", String.valueOf(height));
    Element style = root.getOwnerDocument().createElementNS(SVG, "style");
    style.setTextContent(rules());
    root.insertBefore(style, root.getFirstChild());
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text(root) + "\n";
  }

  private Element draw() {
    Document document = document();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    context.setPrecision(2);
    context.setIDGenerator(
        new SVGIDGenerator() {
          private int next;

          @Override
          public String generateID(String prefix) {
            return id(prefix + next++);
          }
        });
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(width, height));
    ChartRenderingInfo info = new ChartRenderingInfo(new StandardEntityCollection());
    chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height), info);
    Element root = graphics.getRoot();
    tidy(root);
    // Empty, and of the same identifier in each plot.
    Node definitions = root.getElementsByTagNameNS(SVG, "defs").item(0);
    if (definitions != null && !definitions.hasChildNodes()) {
      root.removeChild(definitions);
    }
    root.setAttribute("viewBox", "0 0 " + width + " " + height);
    root.removeAttribute("width");
    root.removeAttribute("height");
    root.setAttribute("class", "plot");
    root.setAttribute("role", "img");
    root.setAttribute("aria-labelledby", id("title") + " " + id("text"));
    Element first = (Element) root.getFirstChild();
    root.insertBefore(element(document, "title", id("title"), title), first);
    root.insertBefore(element(document, "desc", id("text"), description), first);
    hits(root, info);
    return root;
  }

  private String id(String what) {
    return name + "-" + what;
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newDefaultNSInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e); // the parser of the JDK as it comes
    }
  }

  private static Element element(Document document, String tag, String id, String text) {
    Element element = document.createElementNS(SVG, tag);
    if (id != null) {
      element.setAttribute("id", id);
    }
    element.setTextContent(Html.printable(text));
    return element;
  }

  private static void tidy(Element element) {
    SUPERFLUOUS.forEach(element::removeAttribute);
    NamedNodeMap attributes = element.getAttributes();
    List<Attr> all = new ArrayList<>();
    for (int i = 0; i < attributes.getLength(); i++) {
      all.add((Attr) attributes.item(i));
    }
    StringBuilder classes = new StringBuilder();
    for (Attr attribute : all) {
      String name = attribute.getName();
      if (name.equals("fill") || name.equals("stroke")) {
        Optional<Palette> color = palette(attribute.getValue());
        if (color.isPresent()) {
          attribute.setValue(color.get().hex());
          classes.append(classes.isEmpty() ? "" : " ");
          classes.append(name.charAt(0)).append('-').append(color.get().label());
        }
      }
    }
    if (!classes.isEmpty()) {
      element.setAttribute("class", classes.toString());
    }
    NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element child) {
        tidy(child);
      }
    }
  }

  private static Optional<Palette> palette(String value) {
    Matcher rgb = RGB.matcher(value);
    if (!rgb.matches()) {
      return Optional.empty();
    }
    int red = Integer.parseInt(rgb.group(1));
    int green = Integer.parseInt(rgb.group(2));
    int blue = Integer.parseInt(rgb.group(3));
    return Palette.of((red << 16) | (green << 8) | blue);
  }

  /** Over each point an area that shows its text. */
  private static void hits(Element root, ChartRenderingInfo info) {
    Document document = root.getOwnerDocument();
    Element group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "hit");
    group.setAttribute("fill-opacity", "0");
    for (Object entity : info.getEntityCollection().getEntities()) {
      String text = ((ChartEntity) entity).getToolTipText();
      if (text == null) {
        continue;
      }
      Rectangle2D area = ((ChartEntity) entity).getArea().getBounds2D();
      double across = Math.max(area.getWidth(), 2 * REACH);
      double down = Math.max(area.getHeight(), 2 * REACH);
      Element hit = document.createElementNS(SVG, "rect");
      hit.setAttribute("x", rounded(area.getCenterX() - across / 2));
      hit.setAttribute("y", rounded(area.getCenterY() - down / 2));
      hit.setAttribute("width", rounded(across));
      hit.setAttribute("height", rounded(down));
      hit.appendChild(element(document, "title", null, text));
      group.appendChild(hit);
    }
    if (group.hasChildNodes()) {
      root.appendChild(group);
    }
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String text(Node root) {
    try {
      Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      StringWriter text = new StringWriter();
      transformer.transform(new DOMSource(root), new StreamResult(text));
      return text.toString();
    } catch (TransformerException e) {
      throw new IllegalStateException(e); // a tree in memory to a text in memory
    }
  }
}
