"""`tabletheory local` as a process that a test starts, reads the first line of, and stops by its id."""
import re
import select
import signal
import subprocess

PATIENCE_SECONDS = 20


class LocalServer:
    """
    with LocalServer(program, "--file", path) as server:
        … server.endpoint …
    """

    def __init__(self, program: str, *arguments: str, port: str = "0") -> None:
        self.process = subprocess.Popen([program, "local", "--port", port, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        self.first_line = self.process.stdout.readline() if ready else ""
        found = re.fullmatch(r"tabletheory local: (http://\S+:\d+) \((.+)\)\n", self.first_line)
        if not found:
            self.process.kill()
            raise AssertionError(f"no address: {self.first_line!r} {self.process.communicate()[1]!r}")
        self.endpoint, self.where = found.groups()

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            _, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, errors

    def __enter__(self) -> "LocalServer":
        return self

    def __exit__(self, failed, *_) -> None:
        code, errors = self.stop()
        if not failed:
            assert code in (0, -signal.SIGKILL), f"the server ended with {code}: {errors}"
