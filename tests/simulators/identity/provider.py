"""Install, start and stop the provider, and log people in with plain HTTP."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx

HERE = Path(__file__).parent
_MOST_STEPS = 20
_FORM = re.compile(r"<form[^>]*>(?P<inside>.*?)</form>", re.DOTALL)
_ACTION = re.compile(r'<form[^>]*action="(?P<url>[^"]*)"')
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class NodeMissing(Exception):
    """There is no `node` (20 or later) or no `npm` on this machine."""


class LogInRefused(Exception):
    """The provider did not let this account in."""


class IdentityProvider:
    """One running provider. Use it as a context manager."""

    def __init__(self, folder: Path, *, redirect_uri: str = "http://127.0.0.1:9/auth/callback") -> None:
        self.folder = folder
        self.client_id = "halte"
        self.client_secret = "a-secret-of-the-tests-only-0123456789"
        self.redirect_uri = redirect_uri
        self.issuer = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "IdentityProvider":
        settings = {
            "port": 0,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "redirectUris": [self.redirect_uri],
        }
        self._process = subprocess.Popen(
            ["node", str(self.folder / "server.js"), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the provider died at its start"
        self.issuer = json.loads(line)["issuer"]
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def metadata(self) -> dict[str, object]:
        """Return the discovery document."""
        document: dict[str, object] = httpx.get(f"{self.issuer}/.well-known/openid-configuration").json()
        return document

    def log_in(self, authorization_url: str, *, login: str) -> str:
        """Go through log-in and consent as a browser would; return the address that the client is called back at.

        Raises:
            LogInRefused: the account does not exist.
        """
        with httpx.Client() as browser:
            return self._walk(browser, browser.get(authorization_url), login=login)

    def approve_device(self, verification_url: str, *, login: str) -> None:
        """Open a device's `verification_uri_complete`, confirm its code and log in.

        Raises:
            LogInRefused: the account does not exist, or the code is not known any more.
        """
        with httpx.Client() as browser:
            end = self._walk(browser, browser.get(verification_url), login=login)
            if "/device" not in end:
                raise LogInRefused(end)

    def _walk(self, browser: httpx.Client, page: httpx.Response, *, login: str) -> str:
        """Follow redirects and fill in forms until the provider has nothing more to ask; return where that is."""
        for _ in range(_MOST_STEPS):
            if page.is_redirect:
                target = urljoin(str(page.url), page.headers["location"])
                if target.startswith(self.redirect_uri):
                    return target
                page = browser.get(target)
                continue
            form = _FORM.search(page.text)
            if form is None:
                if page.is_error:
                    raise LogInRefused(page.text)
                return str(page.url)
            action = _ACTION.search(page.text)
            url = urljoin(str(page.url), unescape(action["url"])) if action else str(page.url)
            page = browser.post(url, data=_filled(form["inside"], login=login))
        raise LogInRefused(f"{login} was asked the same again and again")


def installed(var: Path) -> Path:
    """Return the folder of the provider with its locked packages, installed by `npm ci` on first use.

    Raises:
        NodeMissing: `node` or `npm` is absent or too old.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NodeMissing("node and npm are needed (Debian: nodejs, npm)")
    version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        raise NodeMissing(f"node 20 or later is needed, this is {version}")
    files = [HERE / name for name in ("package.json", "package-lock.json", "server.js")]
    fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    folder = var / "identity" / fingerprint
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
    return folder


def _filled(form: str, *, login: str) -> dict[str, str]:
    """Fill in a form: what it carries already, and the account's name and any password where it asks for them."""
    values: dict[str, str] = {}
    for tag in _INPUT.findall(form):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if name := attributes.get("name"):
            values[name] = unescape(attributes.get("value", ""))
    return {**values, **{name: answer for name, answer in (("login", login), ("password", "x")) if name in values}}
