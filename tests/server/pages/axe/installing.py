"""Install axe-core by `npm ci`, once for each lock."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.programs import require

HERE = Path(__file__).parent


def axe_source(var: Path) -> str:
    """Return axe-core's script; the test ends here where there is no npm (fails in CI, is skipped elsewhere)."""
    npm = require("npm")
    files = [HERE / name for name in ("package.json", "package-lock.json")]
    fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    folder = var / "axe" / fingerprint
    folder.mkdir(parents=True, exist_ok=True)
    # Tests run in several processes at once: one installs, the others wait.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for file in files:
                shutil.copy(file, folder)
            environment = {**os.environ, "npm_config_update_notifier": "false"}
            program = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(program, cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)
            (folder / "installed").touch()
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
