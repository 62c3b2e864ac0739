"use strict";
// Verifies a pack in the browser. The checks and their names are those of exam-monitor-verify (docs/protocol/pack.md); the tests hold both
// against the same tampered packs.

const listKinds = [
  ["footage/", "clip-changed"], ["days/", "day-lines-changed"], ["lanes/", "lanes-changed"], ["calibration/", "calibration-changed"],
  ["schedule/", "schedule-changed"], ["sessions/", "sessions-changed"], ["register/", "register-changed"],
      ["draw/population", "population-changed"],
  ["draw/", "draw-changed"], ["evaluation/findings/", "findings-changed"], ["evaluation/scores/", "scores-changed"],
  ["pack.json", "facts-changed"], ["key.pem", "key-changed"], ["VERIFY.md", "instructions-changed"], ["proof.html", "page-changed"],
      ["proof-", "page-changed"],
];
const kindOf = path => (listKinds.find(([prefix]) => path.startsWith(prefix)) || [null, "file-changed"])[1];

// ---- Merkle tree (RFC 9162 §2.1.3.2, §2.1.4.2) ----
const leafHash = entry => sha256(joined(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

async function checkInclusion(index, leaf, size, root, proof) {
  if (!(index >= 0 && index < size)) return false;
  let node = index, last = size - 1, value = leaf;
  for (const other of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      value = await nodeHash(other, value);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else value = await nodeHash(value, other);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && toBase64(value) === root;
}

async function checkConsistency(size, oldRoot, newSize, newRoot, proof) {
  if (size === newSize) return proof.length === 0 && oldRoot === newRoot;
  if (size === 0 || size > newSize || proof.length === 0) return false;
  const rest = [...proof], power = Number.isInteger(Math.log2(size));
  let value = power ? base64(oldRoot) : rest.shift(), fresh = value, node = size - 1, last = newSize - 1;
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  for (const other of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [value, fresh] = [await nodeHash(other, value), await nodeHash(other, fresh)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else fresh = await nodeHash(fresh, other);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && toBase64(value) === oldRoot && toBase64(fresh) === newRoot;
}

// ---- Signed heads ----
function parseNote(note) {
  const split = note ? note.indexOf("\n\n") : -1;
  if (split < 0) return null;
  const text = note.slice(0, split + 1), [origin, size, root, time] = text.split("\n");
  if (!/^\d+$/.test(size) || !root || !time) return null;
  const signatures = note.slice(split + 2).split("\n").filter(l => l).map(l => l.match(/^— (\S+) (\S+)$/)).filter(m => m).map(m =>
      ({ name: m[1], blob: base64(m[2]) }));
  return { note, text, origin, size: Number(size), root, time, signatures };
}

/** ASN.1 DER of two numbers as the two numbers, 32 bytes each. */
function rawSignature(der) {
  const number = at => {
    const bytes = der.slice(at + 2, at + 2 + der[at + 1]), from = Math.max(0, bytes.length - 32);
    return joined(new Uint8Array(Math.max(0, 32 - bytes.length)), bytes.slice(from));
  };
  return joined(number(2), number(4 + der[3]));
}

async function importKey(pem) {
  try {
    const spki = base64(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""));
    return { key: await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]), spki,
        id: hex(await sha256(spki)).slice(0, 16) };
  } catch {
    return null;
  }
}

async function isSignedBy(note, key) {
  const first = (await sha256(joined(utf8(note.origin + "\n"), Uint8Array.of(2), key.spki))).slice(0, 4),
      second = (await sha256(key.spki)).slice(0, 4);
  let right = false;
  for (const { name, blob } of note.signatures) {
    const id = hex(blob.slice(0, 4));
    if (name !== note.origin || (id !== hex(first) && id !== hex(second))) continue;
    try {
      if (!await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key.key, rawSignature(blob.slice(4)),
          utf8(note.text))) return false;
    } catch {
      return false;
    }
    right = true;
  }
  return right;
}

// ---- Draw (docs/protocol/draw.md) ----
async function drawOrder(seed, stratum, count, wanted) {
  const key = await sha256(joined(seed, utf8(stratum))), places = Array.from({ length: count }, (_, i) => i), drawn = [];
  let counter = 0n;
  const below = async bound => {
    const limit = (1n << 64n) - (1n << 64n) % BigInt(bound);
    for (;;) {
      const block = new DataView(new ArrayBuffer(8));
      block.setBigUint64(0, counter++);
      const value = new DataView((await sha256(joined(key, new Uint8Array(block.buffer)))).buffer).getBigUint64(0);
      if (value < limit) return Number(value % BigInt(bound));
    }
  };
  for (let place = 0; place < Math.min(count, wanted); place++) {
    const other = place + await below(count - place);
    [places[place], places[other]] = [places[other], places[place]];
    drawn.push(places[place]);
  }
  return drawn;
}

function drawShares(sample, units) {
  const all = units.reduce((n, u) => n + u, 0), wanted = Math.min(sample, all);
  const shares = units.map(u => Math.max(Math.floor(wanted * u / all), wanted >= units.length ? 1 : 0));
  const over = i => shares[i] * all - wanted * units[i], sum = () => shares.reduce((n, s) => n + s, 0);
  const pick = (may, sign) => units.map((_, i) => i).filter(may).reduce((best, i) => best === null || sign * over(i) < sign * over(best)
      ? i : best, null);
  while (sum() < wanted) shares[pick(i => shares[i] < units[i], 1)]++;
  while (sum() > wanted) shares[pick(i => shares[i] > 1, -1)]--;
  return shares;
}

/** The first thing of a draw that does not fit, as a finding; null when all does. */
async function repeatDraw(record, lines) {
  if (!lines || hex(await sha256(lines)) !== record.population) return "population-changed";
  const strata = new Map();
  for (const unit of new TextDecoder().decode(lines).split("\n").filter(l => l).map(l => JSON.parse(l)).sort((a, b) => byBytes(a.id, b.id)))
    strata.set(unit.stratum, [...strata.get(unit.stratum) || [], unit.id]);
  const planned = record.plan.split("\n").map(l => l.match(/^stratum (\d+) of (\d+) (.*)$/)).filter(m => m).map(m =>
      ({ sample: +m[1], units: +m[2], name: m[3] }));
  const names = [...strata.keys()].sort(byBytes), sizes = names.map(n => strata.get(n).length),
      total = planned.reduce((n, p) => n + p.sample, 0);
  const shares = drawShares(total, sizes);
  if (planned.length !== names.length || planned.some((p, i) => p.name !== names[i] || p.units !== sizes[i]
      || p.sample !== shares[i])) return "draw-not-repeated";
  if (hex(await sha256(unhex(record.secret || ""))) !== record.secretHash) return "draw-not-repeated";
  const head = parseNote(record.head);
  if (!head || head.size <= record.openedEntry || !/^[0-9]{1,40}$/.test(record.number || "")) return "draw-not-repeated";
  const text = `exam-monitor/draw/1\n${head.text}population ${record.population}\nplan ${hex(await sha256(utf8(record.plan)))}\nsecret ${record.secret}\nnumber ${record.number}\n`;
  const seed = await sha256(utf8(text));
  if (hex(seed) !== record.seed) return "draw-not-repeated";
  const drawn = [], orders = new Map();
  for (const { name, sample } of planned) {
    const order = await drawOrder(seed, name, strata.get(name).length, sample + record.replacements.length);
    orders.set(name, { order, taken: sample });
    for (let place = 0; place < sample; place++) drawn.push({ unit: strata.get(name)[order[place]], stratum: name, place: place + 1 });
  }
  if (JSON.stringify(drawn) !== JSON.stringify(record.sample)) return "draw-not-repeated";
  const current = new Map(drawn.map(d => [d.unit, d.stratum]));
  for (const made of record.replacements) {
    const stratum = current.get(made.unit), of = stratum && orders.get(stratum);
    if (!of || !made.reason.trim()) return "replacement-unfounded";
    const next = { unit: strata.get(stratum)[of.order[of.taken]], stratum, place: ++of.taken };
    if (JSON.stringify(next) !== JSON.stringify(made.by)) return "replacement-unfounded";
    current.delete(made.unit);
    current.set(next.unit, stratum);
  }
  return null;
}
