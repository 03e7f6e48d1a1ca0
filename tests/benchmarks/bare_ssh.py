"""The other side of a log-in: an asyncssh server that knows one key and says one word. `python -m tests.benchmarks.bare_ssh PORT KEYS`."""

import asyncio
import sys
from pathlib import Path

import asyncssh

WORD = "ouvert"


async def serve(port: int, keys: Path) -> None:
    """Serve until ended."""

    async def say(process: "asyncssh.SSHServerProcess[str]") -> None:
        process.stdout.write(f"{WORD}\r\n")
        await process.wait_closed()  # the client goes once it has seen the word

    await asyncssh.create_server(
        asyncssh.SSHServer,
        "127.0.0.1",
        port,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        authorized_client_keys=str(keys),
        process_factory=say,
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
