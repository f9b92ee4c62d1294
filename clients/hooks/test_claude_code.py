"""Feeds the hook what Claude Code gives it, against a made-up Peras on loopback."""

import http.server
import json
import os
import subprocess
import sys
import threading
import unittest

HOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "claude-code.py")

PRE_TOOL_USE = {
    "session_id": "5f0c6c0e-2d3b-4d6f-9a11-0c6f4b7d1e22",
    "transcript_path": "/home/dev/.claude/projects/x/5f0c6c0e.jsonl",
    "cwd": "/home/dev/x",
    "permission_mode": "default",
    "hook_event_name": "PreToolUse",
    "tool_name": "Bash",
    "tool_input": {"command": "ls", "description": "List files"},
    "tool_use_id": "toolu_sample1",
}
PROMPT = {
    "session_id": "5f0c6c0e-2d3b-4d6f-9a11-0c6f4b7d1e22",
    "transcript_path": "/home/dev/.claude/projects/x/5f0c6c0e.jsonl",
    "cwd": "/home/dev/x",
    "hook_event_name": "UserPromptSubmit",
    "prompt": "fix the build",
}


class MadeUpPeras(http.server.BaseHTTPRequestHandler):
    answers = {}
    seen = []

    def do_GET(self):
        self.seen.append((self.path, self.headers.get("x-peras-key")))
        status, body = self.answers.get(self.path.split("?")[0], (404, {"code": "not_found"}))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


class HookTest(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), MadeUpPeras)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        MadeUpPeras.seen.clear()
        self.admission("acme", allowed=True)
        self.session(stop=False)

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def admission(self, customer, allowed, status=200):
        body = {"allowed": allowed, "remaining": 0 if not allowed else 5}
        MadeUpPeras.answers[f"/v1/customers/{customer}/admission"] = (status, body)

    def session(self, stop):
        path = "/v1/sessions/" + PRE_TOOL_USE["session_id"]
        body = {"stop": stop, "stop_reason": "session_budget_reached" if stop else None}
        MadeUpPeras.answers[path] = (200, body)

    def run_hook(self, given, **environment):
        env = {
            "PATH": os.environ.get("PATH", ""),
            "PERAS_URL": f"http://127.0.0.1:{self.server.server_address[1]}",
            "PERAS_KEY": "peras_agent.secret",
            "PERAS_CUSTOMER": "acme",
            **environment,
        }
        text = given if isinstance(given, str) else json.dumps(given)
        done = subprocess.run(
            [sys.executable, HOOK], input=text, env=env, capture_output=True, text=True, timeout=30
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def test_within_the_budget_it_says_nothing(self):
        self.assertEqual(self.run_hook(PRE_TOOL_USE), (0, None, ""))
        self.assertEqual(self.run_hook(PROMPT), (0, None, ""))
        self.assertEqual({key for _, key in MadeUpPeras.seen}, {"peras_agent.secret"})

    def test_a_used_up_budget_denies_a_tool_and_stops(self):
        self.admission("acme", allowed=False)
        code, out, _ = self.run_hook(PRE_TOOL_USE)
        self.assertEqual(code, 0)
        self.assertFalse(out["continue"])
        self.assertEqual(out["hookSpecificOutput"]["permissionDecision"], "deny")
        self.assertIn("acme", out["stopReason"])

    def test_a_used_up_budget_blocks_a_prompt(self):
        self.admission("acme", allowed=False)
        _, out, _ = self.run_hook(PROMPT)
        self.assertEqual(out["decision"], "block")

    def test_a_session_that_should_stop_stops(self):
        self.session(stop=True)
        _, out, _ = self.run_hook(PRE_TOOL_USE)
        self.assertIn("session_budget_reached", out["stopReason"])

    def test_a_session_that_peras_has_not_seen_yet_goes_on(self):
        self.assertEqual(self.run_hook({**PROMPT, "session_id": "new"}), (0, None, ""))

    def test_the_amount_of_the_next_step_is_asked_for(self):
        self.run_hook(PROMPT, PERAS_AMOUNT="0.5")
        self.assertIn("/v1/customers/acme/admission?amount=0.5", [path for path, _ in MadeUpPeras.seen])

    def test_names_are_escaped(self):
        self.admission("a%2Fb", allowed=False)
        _, out, _ = self.run_hook(PROMPT, PERAS_CUSTOMER="a/b")
        self.assertEqual(out["decision"], "block")

    def test_without_an_answer_it_blocks_unless_told_otherwise(self):
        self.admission("acme", allowed=True, status=401)
        _, out, _ = self.run_hook(PRE_TOOL_USE)
        self.assertIn("401", out["stopReason"])
        code, out, said = self.run_hook(PRE_TOOL_USE, PERAS_ON_ERROR="allow")
        self.assertEqual((code, out), (0, None))
        self.assertIn("Going on", said)

    def test_nobody_listening_is_no_answer(self):
        _, out, _ = self.run_hook(PROMPT, PERAS_URL="http://127.0.0.1:9")
        self.assertEqual(out["decision"], "block")

    def test_what_is_no_json_is_refused(self):
        code, _, said = self.run_hook("{")
        self.assertEqual(code, 2)
        self.assertIn("JSON", said)


if __name__ == "__main__":
    unittest.main()
