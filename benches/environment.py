"""The benchmarks' own Pythons: virtual environments in `benches/.venv` (linkage) and `benches/.venv-release`, made once and
again when the requirements change."""

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


def interpreter(folder=FOLDER, requirements=REQUIREMENTS, *options):
    """The path of an environment's Python, after making the environment if it isn't there as pinned."""
    python = folder / "bin" / "python"
    mark = folder / "requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return python
    print(f"making benches/{folder.name} as pinned (once)", file=sys.stderr)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", folder]).returncode:
        raise SystemExit(NO_VENV)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, "-r", requirements]
    if subprocess.run(install).returncode:
        raise SystemExit(NO_PACKAGES)
    mark.write_text(wanted)
    return python


def versions(python, requirements=REQUIREMENTS):
    """What is installed: package name to version."""
    listed = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "list", "--format", "json"],
                            check=True, capture_output=True, text=True).stdout
    wanted = {line.split("==")[0] for line in requirements.read_text().splitlines() if "==" in line}
    return {p["name"]: p["version"] for p in json.loads(listed) if p["name"] in wanted}
