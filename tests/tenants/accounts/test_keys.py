"""Which SSH keys are taken, and what they are known by."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tenants.accounts.keys import KeyInvalid, parse


def line(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 3072),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP521R1()),
    ],
    ids=["ed25519", "rsa-3072", "ecdsa-256", "ecdsa-521"],
)
def test_a_good_key_is_known_by_the_fingerprint_that_openssh_prints(
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, tmp_path: Path
) -> None:
    (tmp_path / "key.pub").write_text(line(key) + " poste d'accueil\n")
    printed = subprocess.run(
        ["ssh-keygen", "-lf", tmp_path / "key.pub"], capture_output=True, text=True, check=True
    ).stdout
    parsed = parse((tmp_path / "key.pub").read_text())
    assert parsed.fingerprint == printed.split()[1]
    assert (parsed.line, parsed.comment) == (line(key), "poste d'accueil")


ED25519 = line(ed25519.Ed25519PrivateKey.generate())
PRIVATE = (
    ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (line(rsa.generate_private_key(65537, 2048)), "3072"),
        (PRIVATE, "PRIVATE"),
        ("", "one line"),
        ("ssh-ed25519", "one line"),
        ("ssh-ed25519 not-base64!", "garbled"),
        (ED25519[:-8], "read"),
        (ED25519.replace("ssh-ed25519", "ssh-rsa"), "garbled"),
        (f"{ED25519}\n{ED25519}", "one line"),
        (f'command="sh" {ED25519}', "garbled"),
        ("ssh-dss AAAAB3NzaC1kc3MAAAAB", "read"),
    ],
    ids=range(10),
)
def test_a_weak_or_garbled_key_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(KeyInvalid) as refused:
        parse(text)
    assert says in refused.value.detail
    assert [error.pointer for error in refused.value.errors] == ["/public_key"]
