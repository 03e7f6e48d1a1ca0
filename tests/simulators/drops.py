"""Places on loopback where other programs drop files: an address with a key, and an SFTP server with a host key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

LOGIN, PASSWORD = "halte", "only-for-tests"


class _Door(asyncssh.SSHServer):
    """Lets one login in by its password."""

    def begin_auth(self, username: str) -> bool:
        """Ask for a password."""
        return True

    def password_auth_supported(self) -> bool:
        """Take one."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Know one."""
        return (username, password) == (LOGIN, PASSWORD)


@asynccontextmanager
async def sftp_drop(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Serve a folder; give its address and the server's public key."""
    key = asyncssh.generate_private_key("ssh-ed25519")

    def served(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=_Door, server_host_keys=[key], sftp_factory=served, reuse_address=True
    )
    try:
        yield f"sftp://127.0.0.1:{server.get_port()}/", key.export_public_key().decode().strip()
    finally:
        server.close()
        await server.wait_closed()
