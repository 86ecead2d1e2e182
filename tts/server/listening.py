"""Open listening sockets: at every address of a name, and for both families of IP."""

from __future__ import annotations

import errno
import socket
from typing import Any

from tts.errors import ConfigError

_UNUSABLE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)  # an address of a family that this machine does not have


def listen(host: str, port: int, patience: float) -> list[socket.socket]:
    """Listen at every address of a host, so that the port is known before the server runs.

    host: a name, an address, or "::" for all addresses of IPv6 and IPv4. port: 0 chooses a free one. patience: seconds
    after which the system closes a connection whose client takes no data, where the system can. Raises ConfigError if
    an address cannot be used; those of a family that this machine does not have are left out.
    """
    listeners: list[socket.socket] = []
    try:
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if listener := _open(family, address, listeners[0].getsockname()[1] if listeners else port):
                listeners.append(listener)
        if not listeners:
            raise OSError(errno.EADDRNOTAVAIL, "no address of it belongs to this machine")
    except (OSError, OverflowError, UnicodeError) as error:
        for listener in listeners:
            listener.close()
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot listen on {host} port {port} ({reason}): choose another --host or --port") from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        for listener in listeners:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(1000 * patience))
    return listeners


def _open(family: int, address: Any, port: int) -> socket.socket | None:
    """Listen at one address. Returns None if this machine does not have the family.

    port: not that of the address, which has only the last 16 bits of a larger number.
    """
    host, _, *rest = address
    both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port, *rest), family=family, dualstack_ipv6=both)
    except OSError as error:
        if error.errno in _UNUSABLE:
            return None
        raise


def url(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
