package org.snapshotproxy.endpoint.service;

/** A little XML writer. For one thread. */
final class Xml {
  private final StringBuilder out =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  /** Opens an element; the text may carry attributes. */
  Xml open(String element) {
    out.append('<').append(element).append('>');
    return this;
  }

  Xml close(String element) {
    out.append("</").append(element).append('>');
    return this;
  }

  Xml leaf(String element, Object value) {
    open(element);
    String text = String.valueOf(value);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        default -> out.append(c);
      }
    }
    return close(element);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
