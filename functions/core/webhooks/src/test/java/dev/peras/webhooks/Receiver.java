package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections on the loopback address and treats each as it was told. */
final class Receiver implements AutoCloseable {

  /** What happens after a request was read whole. */
  @FunctionalInterface
  interface Behaviour {
    void answer(Receiver receiver, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Behaviour behaviour;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  private Receiver(Behaviour behaviour) throws IOException {
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.behaviour = behaviour;
    Thread.ofVirtual().start(this::accept);
  }

  static Receiver that(Behaviour behaviour) throws IOException {
    return new Receiver(behaviour);
  }

  /** Answers with lines, the status line first, and no body. */
  static Receiver answering(String... lines) throws IOException {
    String head = String.join("\r\n", lines) + "\r\nContent-Length: 0\r\n\r\n";
    return that((receiver, out) -> out.write(head.getBytes(ISO_8859_1)));
  }

  /** Never answers. */
  static Receiver hanging() throws IOException {
    return that((receiver, out) -> receiver.closed.await());
  }

  /** Writes the start, and then the same again and again until the connection breaks. */
  static Receiver dripping(String start, String drop) throws IOException {
    return that((receiver, out) -> {
      out.write(start.getBytes(ISO_8859_1));
      while (receiver.closed.getCount() > 0) {
        out.write(drop.getBytes(ISO_8859_1));
        Thread.sleep(5); // the drip itself
      }
    });
  }

  URI url() {
    return url("127.0.0.1", "http");
  }

  URI url(String host, String scheme) {
    return URI.create("%s://%s:%d/hook?a=b".formatted(scheme, host, server.getLocalPort()));
  }

  /** The requests that came whole, head and body. */
  List<String> requests() {
    return requests;
  }

  int connections() {
    return connections.get();
  }

  /** How many connections the sender broke while they were written to. */
  int broken() {
    return broken.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      String request = read(socket.getInputStream());
      requests.add(request);
      behaviour.answer(this, socket.getOutputStream());
    } catch (IOException e) {
      broken.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || (head.isEmpty() && next != 'P')) {
        throw new IOException("no whole request");
      }
      head.append((char) next);
    }
    int length =
        head.toString()
            .lines()
            .filter(line -> line.startsWith("Content-Length: "))
            .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
            .sum();
    return head + new String(in.readNBytes(length), ISO_8859_1);
  }

  /** Ends what hangs and drips. */
  void release() {
    closed.countDown();
  }

  @Override
  public void close() throws IOException {
    release();
    server.close();
  }
}
