"""A log that has its heads cosigned, for the tests, written from c2sp.org/tlog-witness alone.
usage: client.py SUBMISSION_PREFIX WITNESS_VKEY KEY_FILE ORIGIN
KEY_FILE holds the log's private key (32 bytes, hex); it is made when missing, and the log's verifier key is printed; without a prefix ("-") that is all.
Runs every attack of the list below and prints one line each: NAME STATUS; ends with 0 when the witness answered each as the specification says."""
import base64
import hashlib
import http.client
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

prefix, witness, key_file, origin = sys.argv[1:5]
if not os.path.exists(key_file):
    with open(key_file, "w") as file:
        file.write(os.urandom(32).hex())
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(open(key_file).read()))
if prefix == "-":
    print(tlog.vkey(origin, tlog.LOG, tlog.raw(key.public_key())))
    sys.exit(0)

url = urllib.parse.urlsplit(prefix)
honest = [tlog.leaf(b"entry %d" % i) for i in range(40)]
forged = honest[:3] + [tlog.leaf(b"other %d" % i) for i in range(3, 40)]
failed = 0


def head(leaves, size, signer=key, name=origin, who=origin):
    body = f"{name}\n{size}\n{base64.b64encode(tlog.root(leaves[:size])).decode()}\n2026-03-01T08:00:00.000Z\n"
    public = tlog.raw(signer.public_key())
    return body, body + "\n" + tlog.line(who, tlog.key_id(who, tlog.LOG, public), signer.sign(body.encode()))


def post(body):
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    try:
        connection.request("POST", url.path + "/add-checkpoint", body.encode() if isinstance(body, str) else body)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        connection.close()


def request(old, size, leaves=honest, proof=None, note=None):
    hashes = tlog.prove(old, leaves[:size]) if proof is None else proof
    return f"old {old}\n" + "".join(base64.b64encode(h).decode() + "\n" for h in hashes) + "\n" + (note or head(leaves, size)[1])


def expect(name, got, *statuses):
    global failed
    good = got[0] in statuses
    failed += not good
    print(name, got[0], "" if good else f"expected {statuses}: {got[2][:200]!r}", flush=True)
    return got


def cosigned(name, got, leaves, size):
    global failed
    expect(name, got, 200)
    body = head(leaves, size)[0]
    seconds = tlog.check_cosignature(body, tlog.read_note(body + "\n" + got[2])[1], witness) if got[0] == 200 else None
    if seconds is None:
        failed += 1
        print(name, "the cosignature does not hold", flush=True)
    return seconds


def size_is(name, got, size):
    global failed
    expect(name, got, 409)
    if got[1] != "text/x.tlog.size" or got[2] != f"{size}\n":
        failed += 1
        print(name, f"says {got[1]} {got[2]!r}", flush=True)


cosigned("first-head", post(request(0, 5)), honest, 5)
cosigned("same-head-again", post(request(5, 5)), honest, 5)
cosigned("growth", post(request(5, 13)), honest, 13)
size_is("replayed-old-size", post(request(5, 13)), 13)
size_is("asking-with-zero", post(request(0, 20)), 13)
size_is("rollback", post(request(3, 5)), 13)
expect("old-above-new", post(request(5, 5).replace("old 5", "old 6", 1)), 400)
expect("fork-of-the-same-size", post(request(13, 13, forged)), 422)
expect("fork-that-grows", post(request(13, 20, forged)), 422)
expect("no-proof", post(request(13, 20, proof=[])), 422)
bad = tlog.prove(13, honest[:20])
for at in range(len(bad)):
    changed = list(bad)
    changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
    expect(f"bad-proof-{at}", post(request(13, 20, proof=changed)), 422)
expect("proof-too-long", post(request(13, 20, proof=bad + [tlog.EMPTY])), 422)
expect("sixty-four-hashes", post(request(13, 20, proof=[tlog.EMPTY] * 64)), 400)
stranger = tlog.new_key()
expect("wrong-key", post(request(13, 20, note=head(honest, 20, stranger)[1])), 403)
body, note = head(honest, 20)
own = tlog.key_id(origin, tlog.LOG, tlog.raw(key.public_key()))
expect("claimed-key", post(request(13, 20, note=note + tlog.line(origin, own, stranger.sign(body.encode())))), 403)
expect("wrong-origin", post(request(13, 20, note=head(honest, 20, name="example.org/nobody", who="example.org/nobody")[1])), 404)
expect("other-log-in-its-name", post(request(13, 20, note=head(honest, 20, who="example.org/other")[1])), 403)
expect("no-checkpoint", post("old 13\n\nhello\n"), 400)
expect("leading-zero", post(request(13, 20).replace("old 13", "old 013", 1)), 400)
expect("not-utf-8", post(request(13, 20).encode() + b"\xff\xfe"), 400)
expect("oversized", post(b"x" * 400000), 413)
with_others = note + "".join(tlog.line(f"example.com/pq{i}", os.urandom(4), os.urandom(4000)) for i in range(14))
cosigned("fifteen-large-signatures", post(request(13, 20, note=with_others)), honest, 20)

# Two heads of the same growth at the same moment: one history is cosigned, whoever comes first.
results, start = {}, threading.Barrier(8)


def race(name, leaves, size):
    start.wait()
    results[name] = post(request(20, size, leaves))


other = honest[:20] + [tlog.leaf(b"branch %d" % i) for i in range(20, 40)]
threads = [threading.Thread(target=race, args=(f"{kind}-{size}", leaves, size)) for size in (30, 31, 32, 33) for kind, leaves in (("a", honest), ("b", other))]
for one in threads:
    one.start()
for one in threads:
    one.join()
won = [n for n, r in results.items() if r[0] == 200]
lost = [r[0] for r in results.values() if r[0] != 200]
failed += not (len(won) == 1 and all(s in (409, 422) for s in lost))
print("race", "one" if len(won) == 1 else sorted((n, r[0]) for n, r in results.items()), flush=True)
kind, size = won[0].split("-")
branch = honest if kind == "a" else other
cosigned("winner-goes-on", post(request(int(size), 40, branch)), branch, 40)
expect("loser-does-not", post(request(40, 40, other if kind == "a" else honest)), 422)

connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
connection.request("GET", f"{url.path}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint")
answer = connection.getresponse()
served = answer.read().decode()
text, signatures = tlog.read_note(served) if answer.status == 200 else ("", [])
good = answer.status == 200 and text == head(branch, 40)[0] and tlog.check_cosignature(text, signatures, witness) and \
    tlog.check_log(text, signatures, [tlog.vkey(origin, tlog.LOG, tlog.raw(key.public_key()))])
failed += not good
print("monitoring", answer.status, "" if good else served[:300], flush=True)
sys.exit(1 if failed else 0)
