package dev.peras.webhooks;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which URLs a webhook may have. Anything ambiguous is a fault: a host is a plain name, an IPv4
 * address of four decimal numbers, or an IPv6 address in brackets.
 */
public final class UrlRule {
  private static final int MAX_LENGTH = 2048;
  private static final int MAX_HOST_LENGTH = 253;
  private static final int HTTPS = 443;
  private static final int FIRST_UNPRIVILEGED = 1024;
  private static final int LAST = 65535;

  private static final String LOCALHOST = "localhost";

  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]+]");

  private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";

  /** At least two labels; the last starts with a letter, so that no number is taken for a name. */
  private static final Pattern NAME = Pattern.compile("(" + LABEL + "\\.)+(?=[a-zA-Z])" + LABEL);

  private final AddressRule addresses;
  private final Names names;

  /**
   * @param allowLoopback for the local runner: receivers on the same machine, over http and on any
   *     port
   */
  public UrlRule(boolean allowLoopback) {
    this(allowLoopback, Names.SYSTEM);
  }

  public UrlRule(boolean allowLoopback, Names names) {
    this.addresses = new AddressRule(allowLoopback);
    this.names = names;
  }

  /**
   * What is wrong with the URL or with the addresses that its host has now, completing "must ...";
   * null when nothing is. May block on DNS.
   */
  public @Nullable String check(URI url) {
    String fault = checkText(url);
    if (fault != null) {
      return fault;
    }
    try {
      resolve(host(url));
      return null;
    } catch (ForbiddenAddress e) {
      return "have a host on the public internet";
    } catch (UnknownHostException e) {
      return "have a host that exists";
    }
  }

  /** The fault of the URL itself, without a look-up of its host. */
  @Nullable String checkText(URI url) {
    if (url.toString().length() > MAX_LENGTH) {
      return "have at most %d characters".formatted(MAX_LENGTH);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.isOpaque() || !(scheme.equals("https") || scheme.equals("http"))) {
      return "be an absolute https URL";
    }
    if (url.getRawUserInfo() != null || contains(url.getRawAuthority(), '@')) {
      return "have no user name or password";
    }
    if (url.getRawFragment() != null) {
      return "have no fragment";
    }
    String host = url.getHost();
    boolean loopback = host != null && isLoopback(host);
    if (host == null || !(loopback || isHost(host))) {
      return "have a host that is a full ASCII name, four decimal numbers or [IPv6]";
    }
    if (loopback && addresses.allowLoopback()) {
      return null;
    }
    if (loopback) {
      return "have a host on the public internet";
    }
    if (scheme.equals("http")) {
      return "be an absolute https URL";
    }
    int port = url.getPort() == -1 ? HTTPS : url.getPort();
    return port == HTTPS || (port >= FIRST_UNPRIVILEGED && port <= LAST)
        ? null
        : "have port %d, or one from %d to %d".formatted(HTTPS, FIRST_UNPRIVILEGED, LAST);
  }

  /**
   * All addresses of a host; one that is not allowed forbids them all, since a client may pick any.
   *
   * @throws UnknownHostException {@link ForbiddenAddress} for an address that is not allowed
   */
  InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = names.lookUp(host);
    for (InetAddress address : found) {
      if (!addresses.allows(address) || (isLoopback(host) && !address.isLoopbackAddress())) {
        throw new ForbiddenAddress();
      }
    }
    return found;
  }

  /** An address that {@link AddressRule} does not allow. */
  static final class ForbiddenAddress extends UnknownHostException {
    private static final long serialVersionUID = 1;
  }

  /** Without the brackets of an IPv6 address. */
  private static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isHost(String host) {
    return host.length() <= MAX_HOST_LENGTH
        && (IPV4.matcher(host).matches()
            || IPV6.matcher(host).matches()
            || NAME.matcher(host).matches());
  }

  /** Hosts that always resolve to this machine, whatever a name server answers. */
  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase(LOCALHOST)
        || host.equals("[::1]")
        || host.equals("::1")
        || (host.startsWith("127.") && IPV4.matcher(host).matches());
  }

  private static boolean contains(@Nullable String text, char c) {
    return text != null && text.indexOf(c) >= 0;
  }
}
