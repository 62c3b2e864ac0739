"""A witness for the tests, written from c2sp.org/tlog-witness alone.
usage: witness.py NAME   then lines on standard input: "log VKEY", "forget ORIGIN", "fork ORIGIN", "say STATUS", "honest"; each is answered by a line.
Prints its port and its verifier key first."""
import hashlib
import http.server
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base64

import tlog


class State:
    name = sys.argv[1]
    key = tlog.new_key()
    lock = threading.Lock()
    logs = {}
    latest = {}
    notes = {}
    say = None
    asked = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body="", kind="text/plain; charset=utf-8"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass

    def do_GET(self):
        note = State.notes.get(self.path.split("/")[-2]) if self.path.endswith("/checkpoint") else None
        self.answer(200 if note else 404, note or "")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        with State.lock:
            State.asked += 1
            if State.say:
                return self.answer(State.say[0], State.say[1])
            return self.add(body)

    def add(self, body):
        try:
            head, note = body.split("\n\n", 1)
            first, *proof = head.split("\n")
            word, old = first.split(" ")
            assert word == "old" and old == str(int(old)) and len(proof) <= 63
            old, proof = int(old), [base64.b64decode(p, validate=True) for p in proof]
            assert all(len(p) == 32 for p in proof)
            text, signatures = tlog.read_note(note)
            origin, size, root = tlog.read_checkpoint(text)
        except Exception:
            return self.answer(400)
        if origin not in State.logs:
            return self.answer(404)
        if not tlog.check_log(text, signatures, State.logs[origin]):
            return self.answer(403)
        if old > size:
            return self.answer(400)
        known, known_root = State.latest.get(origin, (0, tlog.EMPTY))
        if old != known:
            return self.answer(409, f"{known}\n", "text/x.tlog.size")
        if size == 0 and root != tlog.EMPTY:
            return self.answer(422)
        if not tlog.consistent(old, size, known_root, root, proof):
            return self.answer(422)
        State.latest[origin] = (size, root)
        mine = tlog.cosign(State.key, State.name, text, int(time.time()))
        State.notes[hashlib.sha256(origin.encode()).hexdigest()] = note + mine
        # A line of a key that the client does not know: it must be ignored.
        return self.answer(200, tlog.cosign(tlog.new_key(), State.name, text, int(time.time())) + mine)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, tlog.vkey(State.name, tlog.COSIGNATURE, tlog.raw(State.key.public_key())), flush=True)
for command in sys.stdin:
    verb, _, rest = command.strip().partition(" ")
    with State.lock:
        if verb == "log":
            State.logs.setdefault(tlog.read_vkey(rest)[0], []).append(rest)
        elif verb == "ahead":
            State.latest[rest] = (State.latest[rest][0] + 1000, State.latest[rest][1])
        elif verb == "fork":
            State.latest[rest] = (State.latest[rest][0], hashlib.sha256(b"another history").digest())
        elif verb == "say":
            status, _, text = rest.partition(" ")
            State.say = (int(status), text.replace("\\n", "\n"))
        elif verb == "honest":
            State.say = None
        sizes = " ".join(f"{o}={s[0]}" for o, s in sorted(State.latest.items()))
        print(f"asked={State.asked} {sizes}", flush=True)
