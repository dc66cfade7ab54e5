"""The benchmark's own Python: a virtual environment in `benches/.venv`, made once and again when the requirements change."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE / ".venv"
REQUIREMENTS = HERE / "requirements.txt"

NO_VENV = "no virtual environment can be made here: install Debian's python3-venv"
NO_PACKAGES = """the peers could not be installed (see pip's words above).
The pinned anonlink has a wheel for CPython 3.11 on x86-64 Linux only; elsewhere pip has to compile it, which needs
Debian's build-essential and python3-dev. With Python 3.11 at hand: python3.11 benches/linkage.py ..."""


def interpreter():
    """The path of the environment's Python, after making the environment if it isn't there as pinned."""
    python = FOLDER / "bin" / "python"
    mark = FOLDER / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return python
    print("making benches/.venv with the pinned peers (once)", file=sys.stderr)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER]).returncode:
        raise SystemExit(NO_VENV)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
    if subprocess.run(install).returncode:
        raise SystemExit(NO_PACKAGES)
    mark.write_text(wanted)
    return python


def versions(python):
    """What is installed: package name to version."""
    listed = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "list", "--format", "json"],
                            check=True, capture_output=True, text=True).stdout
    wanted = {line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line}
    return {p["name"]: p["version"] for p in json.loads(listed) if p["name"] in wanted}
