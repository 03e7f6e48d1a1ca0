"""Where a quote's PDF goes on one's own machine: the user's folder of downloads, never over another file."""

import os
from pathlib import Path

FOLDERS = ("Téléchargements", "Downloads")


def downloads() -> Path:
    """Return the folder where the user looks for what was downloaded; the home folder where there is none."""
    said = os.environ.get("XDG_DOWNLOAD_DIR")
    candidates = [Path(said)] if said else [Path.home() / name for name in FOLDERS]
    return next((folder for folder in candidates if folder.is_dir()), Path.home())


def save_pdf(content: bytes, name: str, *, folder: Path | None = None) -> Path:
    """Write a PDF under `name`.pdf, or `name` (2).pdf and so on where that is taken; return where.

    Raises:
        OSError: the folder cannot be written.
    """
    into = folder or downloads()
    number = 1
    while True:
        path = into / (f"{name}.pdf" if number == 1 else f"{name} ({number}).pdf")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            number += 1
        else:
            return path
