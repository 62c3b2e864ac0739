"""Transparency log pieces for the tests, written from the specifications alone: c2sp.org/signed-note, tlog-checkpoint,
tlog-cosignature and RFC 6962. Needs python3-cryptography and nothing of the product."""
import base64
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, COSIGNATURE = 0x01, 0x04
EMPTY = hashlib.sha256(b"").digest()


def raw(public):
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name, kind, public):
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def read_vkey(text):
    name, ident, material = text.split("+", 2)
    material = base64.b64decode(material, validate=True)
    assert key_id(name, material[0], material[1:]).hex() == ident, "the key id does not fit the key"
    return name, material[0], material[1:]


def line(name, ident, signature):
    return f"\u2014 {name} {base64.b64encode(ident + signature).decode()}\n"


def read_note(text):
    """Text and signatures: the last empty line parts them."""
    cut = text.rindex("\n\n")
    signatures = []
    for one in text[cut + 2:].removesuffix("\n").split("\n"):
        dash, name, blob = one.split(" ")
        assert dash == "\u2014"
        blob = base64.b64decode(blob, validate=True)
        assert len(blob) > 4
        signatures.append((name, blob[:4], blob[4:]))
    assert signatures and text.endswith("\n")
    return text[:cut + 1], signatures


def read_checkpoint(body):
    lines = body.removesuffix("\n").split("\n")
    assert body.endswith("\n") and len(lines) >= 3 and all(lines)
    origin, size, root = lines[:3]
    assert size == str(int(size)) and int(size) >= 0
    root = base64.b64decode(root, validate=True)
    assert len(root) == 32
    return origin, int(size), root


def holds(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def check_log(body, signatures, vkeys):
    """True when a known key signed and no line of a known key is wrong."""
    good = False
    for name, kind, public in map(read_vkey, vkeys):
        for who, ident, signature in signatures:
            if (who, ident) != (name, key_id(name, kind, public)):
                continue
            if not holds(public, signature, body.encode()):
                return False
            good = True
    return good


def cosign(private, name, body, seconds):
    message = f"cosignature/v1\ntime {seconds}\n{body}".encode()
    public = raw(private.public_key())
    return line(name, key_id(name, COSIGNATURE, public), struct.pack(">Q", seconds) + private.sign(message))


def check_cosignature(body, signatures, text):
    """Time of the cosignature of this vkey; None without one."""
    name, kind, public = read_vkey(text)
    assert kind == COSIGNATURE
    for who, ident, blob in signatures:
        if (who, ident) == (name, key_id(name, kind, public)) and len(blob) == 72:
            seconds = struct.unpack(">Q", blob[:8])[0]
            if holds(public, blob[8:], f"cosignature/v1\ntime {seconds}\n{body}".encode()):
                return seconds
    return None


def leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def prove(m, leaves):
    """PROOF(m, D[n]) of RFC 6962 section 2.1.2."""
    return [] if m == 0 else subproof(m, leaves, True)


def subproof(m, leaves, whole):
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = split(n)
    if m <= k:
        return subproof(m, leaves[:k], whole) + [root(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def consistent(m, n, old, new, proof):
    """Rebuilds both roots along PROOF; recursive, unlike the loop of RFC 9162."""
    if m > n:
        return False
    if m == 0:
        return not proof
    if m == n:
        return not proof and old == new
    rest = list(proof)

    def walk(m, n, whole):
        if m == n:
            if whole:
                return old, old
            part = rest.pop()
            return part, part
        k = split(n)
        if m <= k:
            right = rest.pop()
            before, after = walk(m, k, whole)
            return before, node(after, right)
        left = rest.pop()
        before, after = walk(m - k, n - k, False)
        return node(left, before), node(left, after)

    try:
        before, after = walk(m, n, True)
    except IndexError:
        return False
    return not rest and before == old and after == new


def new_key():
    return Ed25519PrivateKey.generate()
