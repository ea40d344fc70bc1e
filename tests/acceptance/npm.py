"""Apps whose dependencies come from npm: installed once, kept between runs in pytest's cache."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL_PATIENCE = 300.0  # seconds for a download of about 20 MB


def installed(config: pytest.Config, app: Path) -> Path:
    """A copy of the app's directory beside its dependencies; skips the test without Node.js."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; install Node.js 20.19 or later with npm")
    lock = app / "package-lock.json"
    version = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    place = Path(config.cache.mkdir(f"{app.name}-{version}"))
    for path in app.iterdir():
        if path.is_file():
            shutil.copy(path, place)
    if not (place / "node_modules" / ".package-lock.json").exists():  # npm writes it last
        _install(place)
    return place


def _install(place: Path) -> None:
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=INSTALL_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"npm cannot install the app's packages:\n{done.stderr}"
