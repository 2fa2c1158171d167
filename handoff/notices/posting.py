"""A POST to an address that somebody typed in: it can reach nothing but a public server, and
costs five seconds at most.

The name is resolved once, and the connection goes to that very address, so that a name which
changes its mind between the check and the connection gains nothing. No redirect is followed, no
proxy of the environment is used, and of the answer the status is read, not what follows it.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, InvalidURL
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from handoff.notices.failures import InDoubt, Refused, Unreachable

SECONDS = 5.0
HTTPS = 443
Address = IPv4Address | IPv6Address
# Ways to write an IPv4 address into an IPv6 one, behind which a private address could hide.
TUNNELS = (
    ip_network("64:ff9b::/96"),
    ip_network("64:ff9b:1::/48"),
    ip_network("2002::/16"),
    ip_network("2001::/32"),
    ip_network("::/96"),
)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    permits: Callable[[Address], bool] | None = None,
    trust: ssl.SSLContext | None = None,
) -> int:
    """The status of the answer. Raises Refused where the address is none that may be posted to,
    Unreachable where nothing was sent, InDoubt where no answer came in time.
    """
    until = time.monotonic() + SECONDS
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise Refused("A webhook's address begins with https://.")
    port = port_of(parts)
    address = resolve(parts.hostname, port, until=until, permits=permits or is_public)
    trust = trust or ssl.create_default_context()
    connection = Pinned(parts.hostname, port, address, trust, until=until)
    with ended_at(until, connection):
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable(f"The webhook can't be reached: {error}") from error
        try:
            path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
        except (InvalidURL, UnicodeError) as error:
            raise Refused(f"The webhook's address can't be asked for: {error}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise InDoubt(f"The webhook did not answer in {SECONDS:g} s: {error!r}") from error


def port_of(parts) -> int:
    try:
        return parts.port or HTTPS
    except ValueError as error:
        raise Refused(f"The webhook's address names no port: {error}") from error


def resolve(host: str, port: int, *, until: float, permits: Callable[[Address], bool]) -> str:
    """The one address to connect to. A name with any address that is not permitted is refused."""
    found: list[str] = []
    failures: list[Exception] = []

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(info[4][0] for info in infos)
        except (OSError, UnicodeError) as error:
            failures.append(error)

    # Looking a name up knows no timeout of its own.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, until - time.monotonic()))
    if not found:
        why = failures[0] if failures else "it takes too long"
        raise Unreachable(f"The webhook's name can't be resolved: {why}")
    for address in found:
        if not permits(ip_address(address.partition("%")[0])):
            raise Refused("The webhook's name leads to an address that is not public.")
    return found[0]


def is_public(address: Address) -> bool:
    """Whether it is out in the internet: not this machine, not this network, nobody's tunnel."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address.is_site_local:
            return False
        if any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


class Pinned(HTTPConnection):
    """HTTPS with `host`, at the one address that was checked."""

    def __init__(self, host: str, port: int, address: str, trust: ssl.SSLContext, *, until: float):
        super().__init__(host, port, timeout=max(0.1, until - time.monotonic()))
        self.default_port = HTTPS
        self.address = address
        self.trust = trust

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.trust.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


@contextmanager
def ended_at(until: float, connection: Pinned):
    """Cuts the connection at that moment, whatever it waits for: a server that sends a byte now
    and then outlasts every timeout of a socket.
    """
    cut = threading.Timer(max(0.0, until - time.monotonic()), hang_up, [connection])
    cut.daemon = True
    cut.start()
    try:
        yield
    finally:
        cut.cancel()
        connection.close()


def hang_up(connection: Pinned) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            # The socket's own, below TLS: the thread that waits keeps its TLS object.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
