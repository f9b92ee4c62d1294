package dev.peras.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses that share a prefix.
 *
 * @param prefix of the length of an address; bits after the first {@code bits} are 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CidrBlock(byte[] prefix, int bits) {

  /** Of a text such as {@code 10.0.0.0/8}. */
  static CidrBlock of(String cidr) {
    int slash = cidr.indexOf('/');
    try {
      // A literal: nothing is looked up.
      byte[] prefix = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
      return new CidrBlock(prefix, Integer.parseInt(cidr.substring(slash + 1)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(cidr, e);
    }
  }

  boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      int at = bit / Byte.SIZE;
      if ((address[at] & mask) != (prefix[at] & mask)) {
        return false;
      }
    }
    return true;
  }
}
