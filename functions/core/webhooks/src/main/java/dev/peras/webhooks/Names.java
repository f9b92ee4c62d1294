package dev.peras.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks up a name, or reads an address; a port, so that tests bring names of their own. */
@FunctionalInterface
public interface Names {

  /** The system's resolver. */
  Names SYSTEM = InetAddress::getAllByName;

  /** All addresses, at least one. */
  InetAddress[] lookUp(String host) throws UnknownHostException;
}
