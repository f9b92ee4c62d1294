#!/usr/bin/env python3
"""Stops Claude Code when its budget is used up: a hook for UserPromptSubmit and PreToolUse.

Before each prompt and each tool it asks Peras whether the customer may go on and whether the session
should stop. It needs Python 3.9 and nothing else. From the environment:

  PERAS_URL       where Peras is, such as https://abc.execute-api.eu-central-1.amazonaws.com
  PERAS_KEY       a key of the role "agent"; nothing where the local runner asks for none
  PERAS_CUSTOMER  whose budget it is: the customer of the key
  PERAS_AMOUNT    what the next step may cost at most, in USD (0 if absent)
  PERAS_ON_ERROR  "block" (the default) or "allow": what to do when Peras does not answer

docs/coding-agents.md says how to set it up.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT_SECONDS = 3


class Unreachable(Exception):
    """Peras gave no answer that can be used."""


def ask(path):
    """What Peras answers; None where there is no such thing."""
    url = os.environ.get("PERAS_URL", "http://localhost:3000").rstrip("/") + path
    request = urllib.request.Request(url, headers={"accept": "application/json"})
    key = os.environ.get("PERAS_KEY")
    if key:
        request.add_header("x-peras-key", key)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise Unreachable(f"Peras answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"Peras did not answer: {error}") from error


def reason_to_stop(session_id):
    """Why not to go on; None where nothing speaks against it."""
    if session_id:
        session = ask("/v1/sessions/" + urllib.parse.quote(session_id, safe=""))
        if session and session.get("stop"):
            return f"This session is over its limit ({session.get('stop_reason')})."
    customer = os.environ.get("PERAS_CUSTOMER")
    if not customer:
        return None
    amount = os.environ.get("PERAS_AMOUNT", "0")
    query = urllib.parse.urlencode({"amount": amount})
    path = "/v1/customers/" + urllib.parse.quote(customer, safe="") + "/admission?" + query
    admission = ask(path)
    if admission is None:
        raise Unreachable(f"Peras knows no customer {customer} for this key")
    if not admission.get("allowed"):
        remaining = admission.get("remaining")
        return f"The budget of {customer} is used up; {remaining} USD are left."
    return None


def answer(event, reason):
    """What Claude Code reads: a stop of everything, and a no to this very prompt or tool."""
    out = {"continue": False, "stopReason": reason}
    if event == "PreToolUse":
        out["hookSpecificOutput"] = {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        }
    elif event == "UserPromptSubmit":
        out["decision"] = "block"
        out["reason"] = reason
    return out


def main():
    try:
        given = json.load(sys.stdin)
    except ValueError:
        print("The hook was given no JSON.", file=sys.stderr)
        return 2
    event = given.get("hook_event_name")
    try:
        reason = reason_to_stop(given.get("session_id"))
    except Unreachable as error:
        if os.environ.get("PERAS_ON_ERROR", "block") == "allow":
            print(f"{error}. Going on without it.", file=sys.stderr)
            return 0
        reason = f"{error}. Set PERAS_ON_ERROR=allow to go on without it."
    if reason:
        print(json.dumps(answer(event, reason)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
