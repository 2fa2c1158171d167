"""Servers that do what is asked of them, on loopback: a mail server, and one that speaks TLS."""

import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"


class Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle is what the tests are about."""


@contextmanager
def serving(handler) -> Iterator[Quiet]:
    with Quiet((HOST, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@dataclass
class Mailbox:
    """What a mail server took, and what it answers to the end of a message: a status line; None
    to hang up instead.
    """

    port: int = 0
    answer: str | None = "250 taken"
    rcpt: str = "250 fine"
    messages: list[str] = field(default_factory=list)
    connections: int = 0


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()

    class Smtp(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self):
            box.connections += 1
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                verb = line.split()[0].upper()
                if verb == "QUIT":
                    self.say("221 bye")
                    return
                if verb != "DATA":
                    self.say(box.rcpt if verb == "RCPT" else "250 fine")
                elif not self.take_message():
                    return

        def take_message(self) -> bool:
            self.say("354 go on")
            lines = []
            while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
                lines.append(line)
            box.messages.append("".join(lines))
            if box.answer is None:
                return False
            self.say(box.answer)
            return True

    with serving(Smtp) as server:
        box.port = server.server_address[1]
        yield box


@dataclass
class Hook:
    """A TLS server: `behave(handler)` does what it does with a request; `requests` as received;
    `left` is set once who asked has hung up before the answer ended.
    """

    port: int
    trust: ssl.SSLContext
    requests: list[bytes]
    left: threading.Event

    @property
    def url(self) -> str:
        return f"https://hooks.example.com:{self.port}/services/T0/B0?x=1"


def answers(status: int, *headers: str) -> Callable:
    def behave(handler) -> None:
        lines = [f"HTTP/1.1 {status} So", *headers, "Content-Length: 0", "", ""]
        handler.wfile.write("\r\n".join(lines).encode())

    return behave


def hangs(handler) -> None:
    """No answer at all, until who asked hangs up."""
    handler.rfile.read(1)
    raise ConnectionError


def trickles(handler) -> None:
    """An answer that never gets to its number, a byte now and then: no timeout of a socket sees
    it.
    """
    handler.wfile.write(b"HTTP/1.1 ")
    for _ in range(600):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.1)


def floods(handler) -> None:
    """A body without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1_000):
        handler.wfile.write(b"x" * 65536)


@contextmanager
def tls_server(folder: Path, behave: Callable) -> Iterator[Hook]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not certificate.exists():
        make_certificate(certificate, key)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    requests: list[bytes] = []
    left = threading.Event()

    class Https(socketserver.StreamRequestHandler):
        def setup(self):
            self.request = ours.wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self):
            requests.append(read_request(self.rfile))
            try:
                behave(self)
            except OSError:
                left.set()

    with serving(Https) as server:
        trust = ssl.create_default_context(cafile=str(certificate))
        yield Hook(server.server_address[1], trust, requests, left)


def read_request(stream) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return head
        head += line
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    return head + stream.read(length)


def make_certificate(certificate: Path, key: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=hooks.example.com",
         "-addext", "subjectAltName=DNS:hooks.example.com",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
