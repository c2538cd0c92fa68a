"""Whether the addresses we want to serve are free, asked before anything starts."""

import errno
import socket

from cpanet.embedded.errors import StartError


def check_free(host: str, ports: tuple[tuple[str, int], ...]) -> None:
    """`ports` are pairs of the variable that sets a port and the port. Raises StartError naming the variable."""
    for variable, port in ports:
        try:
            _bind(host, port)
        except socket.gaierror as error:
            raise StartError(f"CPANET_HOST={host} is not an address of this machine ({error.strerror}).") from error
        except OSError as error:
            raise StartError(_sentence(error, host, variable, port)) from error


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _sentence(error: OSError, host: str, variable: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program. Stop it, or choose another: {variable}={port + 10} ./run"
    if error.errno == errno.EACCES:
        return f"you may not open port {port}. Choose one above 1023: {variable}=8000 ./run"
    return f"CPANET_HOST={host} cannot be served ({error.strerror}). Usual are 127.0.0.1 and 0.0.0.0."
