"""Real processes to test against: started, watched, stopped or killed; only what was started here.

What they printed is shown with a failing test.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.installation import until

PATIENCE = 90.0  # seconds; costs nothing where things work, and machines of CI can be slow
UNWANTED = {"DATABASE_URL", "PORT", "PYTHONDONTWRITEBYTECODE"}  # the last makes every start slow
COMMAND_PATIENCE = 90.0  # seconds a command may take
APPS = Path(__file__).parent / "apps"


@dataclass(slots=True)
class Process:
    """A running program and the file it prints into."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    def output(self) -> str:
        """All it printed so far, on stdout and stderr."""
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens to a process that has ended."""
        self.popen.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until the kernel is done with it."""
        self.popen.kill()
        self.popen.wait()

    async def exit_code(self) -> int:
        """Wait for the end; negative for a signal."""
        await until(lambda: not self.is_running, seconds=PATIENCE, what=f"the end of {self.name}")
        return int(self.popen.returncode)

    async def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return await self.exit_code()


class Processes:
    """Starts programs in one directory with one environment, and ends what is left of them."""

    def __init__(self, directory: Path, **environ: str) -> None:
        self.directory = directory
        self.environ = environ
        self._started: list[Process] = []

    def rustrak(self, *words: str, **environ: str) -> Process:
        """Start `rustrak WORDS` without waiting for anything."""
        return self.program(sys.executable, "-m", "rustrak", *words, **environ)

    def app(self, name: str, *words: str, **environ: str) -> Process:
        """Start a Python program of the apps directory."""
        return self.program(sys.executable, str(APPS / name), *words, **environ)

    def program(self, *command: str, **environ: str) -> Process:
        """Start any program; its log is shown when the test fails."""
        log = self.directory / f"process-{len(self._started)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                command,
                cwd=self.directory,
                env=self._environ(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        process = Process(" ".join(command[1:]), popen, log)
        self._started.append(process)
        return process

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command `rustrak WORDS` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "rustrak", *words],
            cwd=self.directory,
            env=self._environ(environ),
            capture_output=True,
            text=True,
            timeout=COMMAND_PATIENCE,
            check=False,
        )

    def close(self) -> None:
        """End what still runs, and print every log; pytest shows it if the test failed."""
        for process in self._started:
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.popen.wait(PATIENCE / 3)
            except subprocess.TimeoutExpired:
                process.kill()
            print(f"----- {process.name}, pid {process.pid}: {process.popen.returncode}")
            print(process.output())

    def _environ(self, more: dict[str, str]) -> dict[str, str]:
        """Ours without what would configure Rustrak or an SDK; an empty value counts as unset."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in UNWANTED and not name.startswith(("RUSTRAK_", "SENTRY_"))
        }
        return {**inherited, "LOG_FORMAT": "json", **self.environ, **more}


def children(pid: int) -> set[int]:
    """The direct children of a process, as Linux tells."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_gone(pid: int) -> bool:
    """Whether a process has ended, be it reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith(("Z", "X"))
    except (FileNotFoundError, ProcessLookupError):
        return True
