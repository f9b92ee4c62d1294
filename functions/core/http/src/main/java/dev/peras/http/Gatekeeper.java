package dev.peras.http;

import java.util.Map;

/** Decides whether a call may be made, before anything else of it is looked at. Thread-safe. */
@FunctionalInterface
public interface Gatekeeper {
  /** Lets everybody do everything: for tests of one function alone. */
  Gatekeeper OPEN = (call, parameters, credentials) -> Caller.UNBOUND;

  /**
   * Lets a caller in.
   *
   * @param parameters of the call's path
   * @throws Denied when it may not make this call
   */
  Caller admit(Call call, Map<String, String> parameters, Credentials credentials);
}
