"""Serves moto's DynamoDB on a free port of the loopback interface, and prints which.

Requests take turns, for moto's transactions are not isolated from each other. It ends with its
standard input, so that no process of a test outlives the test. Sums have 38 digits, as DynamoDB's
have; Python's have 28 unless it is told.
"""

import decimal
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

decimal.DefaultContext.prec = 38

application = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def one_at_a_time(environ, start_response):
    with turn:
        return list(application(environ, start_response))


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections

    def log(self, *args):
        pass


server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True, request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
