"""A relay in front of a server, which notes who asked for what: the tests see as whom our client calls."""
import dataclasses
import http.client
import http.server
import re
import threading
import urllib.parse

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclasses.dataclass(frozen=True)
class Call:
    what: str   # `PutItem`, `AssumeRole`, or `GET /latest/meta-data/…`
    key: str    # the access key id that signed it; empty: unsigned
    token: str  # the session token that came with it


class Relay:
    """
    with Relay(server.port) as relay:
        … relay.endpoint …
    relay.calls
    """

    def __init__(self, port: int) -> None:
        relay, self.calls = self, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                relay.calls.append(noted(self.command, self.path, self.headers, body))
                onward = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                try:
                    # Host stays as it was signed.
                    onward.request(self.command, self.path, body, dict(self.headers))
                    answer = onward.getresponse()
                    content = answer.read()
                finally:
                    onward.close()
                try:
                    self.send_response(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in HOP_BY_HOP:
                            self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except ConnectionError:
                    self.close_connection = True  # the client has given up

            do_GET = do_POST = do_PUT = relay

            def log_message(self, *_) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Relay":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()


def noted(method: str, path: str, headers, body: bytes) -> Call:
    what = headers.get("X-Amz-Target", "").rpartition(".")[2]
    if not what and method == "POST":
        what = urllib.parse.parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    signed = re.search(r"Credential=([^/]+)/", headers.get("Authorization", ""))
    return Call(what or f"{method} {path}", signed[1] if signed else "", headers.get("X-Amz-Security-Token", ""))
