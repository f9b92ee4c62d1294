package dev.peras.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private static final AddressRule RULE = new AddressRule(false);

  /** The first and the last address of each network, and those known best. */
  @ParameterizedTest
  @CsvSource({
    "this network, 0.0.0.0",
    "this network, 0.255.255.255",
    "private, 10.0.0.0",
    "private, 10.255.255.255",
    "CGNAT, 100.64.0.0",
    "CGNAT, 100.127.255.255",
    "metadata in CGNAT, 100.100.100.200",
    "loopback, 127.0.0.1",
    "loopback, 127.255.255.255",
    "link-local, 169.254.0.0",
    "metadata, 169.254.169.254",
    "container credentials, 169.254.170.2",
    "private, 172.16.0.0",
    "private, 172.31.255.255",
    "protocol assignments, 192.0.0.192",
    "documentation, 192.0.2.1",
    "6to4 relay, 192.88.99.1",
    "private, 192.168.0.0",
    "private, 192.168.255.255",
    "benchmark, 198.18.0.0",
    "benchmark, 198.19.255.255",
    "documentation, 198.51.100.255",
    "documentation, 203.0.113.0",
    "multicast, 224.0.0.1",
    "multicast, 239.255.255.255",
    "reserved, 240.0.0.0",
    "broadcast, 255.255.255.255",
    "unspecified, ::",
    "loopback, ::1",
    "compatible, ::10.0.0.1",
    "compatible and public, ::8.8.8.8",
    "mapped, ::ffff:10.0.0.1",
    "mapped, ::ffff:7f00:1",
    "translated, ::ffff:0:127.0.0.1",
    "NAT64, 64:ff9b::a9fe:a9fe",
    "NAT64 of a public one, 64:ff9b::8.8.8.8",
    "local NAT64, 64:ff9b:1::10.0.0.1",
    "discard, 100::1",
    "Teredo, 2001::1",
    "benchmark, 2001:2::1",
    "ORCHID, 2001:20::1",
    "documentation, 2001:db8::1",
    "6to4 of 127.0.0.1, 2002:7f00:1::",
    "6to4 of a public one, 2002:808:808::1",
    "documentation, 3fff::1",
    "segment routing, 5f00::1",
    "ULA, fc00::1",
    "metadata in ULA, fd00:ec2::254",
    "link-local, fe80::1",
    "link-local, febf:ffff::1",
    "site-local, fec0::1",
    "multicast, ff02::1",
    "given out to nobody, 4000::1",
  })
  void what_is_not_public_is_forbidden(String kind, String address) throws UnknownHostException {
    assertThat(RULE.allows(InetAddress.getByName(address))).as(kind).isFalse();
  }

  /** Right before and after a network that is not public, and some well-known ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "3ffe:ffff::1",
      })
  void the_public_internet_is_allowed(String address) throws UnknownHostException {
    assertThat(RULE.allows(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.1.2.3, true",
    "::1, true",
    "8.8.8.8, true",
    "0.0.0.0, false",
    "::, false",
    "10.0.0.1, false",
    "169.254.169.254, false",
    "fd00:ec2::254, false",
  })
  void the_local_runner_reaches_its_own_machine_and_nothing_else_that_is_private(
      String address, boolean allowed) throws UnknownHostException {
    assertThat(new AddressRule(true).allows(InetAddress.getByName(address))).isEqualTo(allowed);
  }
}
