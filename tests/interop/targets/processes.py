"""Servers that these tests start at free ports of 127.0.0.1 and stop by their process ids."""
import os
import pathlib
import socket
import subprocess
import time

PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_aws(**more: str) -> dict[str, str]:
    """This environment without what decides where and as whom an AWS client calls."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | more


class Server:
    """
    with Server("dynalite", [node, "cli.js", "--port"]) as server:    # its port is the last word of the command
        … server.endpoint …
    """

    def __init__(self, name: str, command: list, **environment: str) -> None:
        self.name, self.port = name, free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([str(word) for word in command] + [str(self.port)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=without_aws(**environment))

    def __enter__(self) -> "Server":
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise AssertionError(f"{self.name} did not start")

    def __exit__(self, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def moto(python: pathlib.Path) -> Server:
    return Server("moto", [python, "-m", "moto.server", "-H", "127.0.0.1", "-p"])


def dynalite(node: str, packages: pathlib.Path) -> Server:
    return Server("dynalite", [node, packages / "node_modules/dynalite/cli.js", "--host", "127.0.0.1", "--createTableMs", "0",
                               "--deleteTableMs", "0", "--updateTableMs", "0", "--port"])
