package dev.tersor.jobs.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that takes what Kubernetes is asked to create, and runs none of it. */
final class PodRecorder implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> created = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  PodRecorder() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode asked = JSON.readTree(exchange.getRequestBody());
      if (asked instanceof ObjectNode resource && !exchange.getRequestMethod().equals("GET")) {
        created.add(resource);
        ObjectNode answer = resource.deepCopy();
        answer.withObject("/metadata").put("uid", "1");
        send(exchange, 201, answer);
      } else {
        send(exchange, 404, JSON.createObjectNode().put("kind", "Status").put("code", 404));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The resources of a kind that were created. */
  List<JsonNode> created(String kind) {
    return created.stream().filter(one -> one.path("kind").asText().equals(kind)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
