package dev.peras.webhooks;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses a webhook may reach: those of the public internet, so that Peras never posts into
 * the network that it runs in.
 *
 * <p>Of IPv6, publicly allocated addresses are allowed and all others refused, which excludes every
 * way to write an IPv4 address as IPv6.
 *
 * @param allowLoopback for the local runner, whose receivers run on the same machine
 */
public record AddressRule(boolean allowLoopback) {

  private static final List<CidrBlock> PRIVATE_IPV4 =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // behind a carrier's NAT, and metadata of some clouds
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, and metadata of most clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, and broadcast

  private static final CidrBlock PUBLIC_IPV6 = CidrBlock.of("2000::/3");

  private static final List<CidrBlock> PRIVATE_IPV6 =
      networks(
          "2001::/23", // protocol assignments, among them Teredo
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "3fff::/20"); // documentation

  private static List<CidrBlock> networks(String... cidrs) {
    return Stream.of(cidrs).map(CidrBlock::of).toList();
  }

  public boolean allows(InetAddress address) {
    return isPublic(address) || (allowLoopback && address.isLoopbackAddress());
  }

  /** Java makes an {@code Inet4Address} of a mapped IPv6 address, such as ::ffff:10.0.0.1. */
  private static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean isPrivate =
        Stream.concat(PRIVATE_IPV4.stream(), PRIVATE_IPV6.stream())
            .anyMatch(network -> network.contains(bytes));
    boolean isIpv4 = bytes.length == 4;
    return !isPrivate && (isIpv4 || PUBLIC_IPV6.contains(bytes));
  }
}
