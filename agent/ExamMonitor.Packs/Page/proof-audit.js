"use strict";
// The questions that a verification asks, one after the other. Each is told to the page as it is answered.

class PackAudit {
  /** @param terms { key: PEM from outside or "", head: text of a head from outside or "" } */
  constructor(files, terms, tell) {
    this.reading = new PackReading(files);
    this.terms = terms;
    this.tell = tell;
    this.findings = [];
    this.uncovered = [];
  }

  add(kind, subject) {
    if (!this.findings.some(f => f.kind === kind && f.subject === subject)) this.findings.push({ kind,
        subject: String(subject).slice(0, 200) });
  }

  async run() {
    if (!await this.step("list", () => this.checkList())) return this;
    this.facts = await this.reading.json("pack.json");
    if (this.facts?.schema !== "exam-monitor/pack/1") {
      this.facts = null;
      this.add("facts-changed", "pack.json");
    }
    if (this.facts) await this.step("list", () => this.findStrangers());
    this.draw = this.reading.files.has("draw/draw.json") ? await this.reading.json("draw/draw.json") : null;
    if (this.reading.files.has("draw/draw.json") && !this.draw) this.add("draw-changed", "draw/draw.json");
    await this.step("ledger", () => this.checkLedger());
    if (!this.facts) return this;
    await this.step("footage", () => this.checkFootage());
    await this.step("documents", () => this.checkDocuments());
    if (this.draw) await this.step("draw", () => this.checkDraw());
    return this;
  }

  async step(name, check) {
    const before = this.findings.length;
    this.tell(name, null);
    let answer;
    try {
      answer = await check();
    } catch (e) {
      // What is not in form is a finding of what it belongs to, never an error of the page.
      this.add("facts-changed", `${name}: ${e.message}`);
    }
    this.tell(name, this.findings.length === before, this.findings.slice(before));
    return answer;
  }

  async checkList() {
    const text = await this.reading.text("SHA256SUMS"), lines = text?.endsWith("\n") ? text.slice(0, -1).split("\n") : [];
    if (lines.length === 0 || !lines.every(l => /^[0-9a-f]{64} {2}.+$/.test(l))) {
      this.add("list-missing", "SHA256SUMS");
      return false;
    }
    const stated = new Map(lines.map(l => [l.slice(66), l.slice(0, 64)])), hashes = new Set(stated.values());
    for (const path of this.reading.files.keys())
      if (path !== "SHA256SUMS" && !path.startsWith("proof/") && !stated.has(path)) this.add("file-added", path);
    for (const [path, hash] of stated) {
      if (!this.reading.files.has(path)) this.add(path.startsWith("footage/") ? "clip-missing" : "file-missing", path);
      else {
        const actual = await this.reading.hash(path);
        if (actual !== hash) this.add(path.startsWith("footage/") && hashes.has(actual) ? "clip-swapped" : kindOf(path), path);
      }
    }
    return true;
  }

  /** Files below proof/ stand in no list: there lies what the facts name, and nothing else. */
  findStrangers() {
    const known = new Set(["proof/head.txt", "proof/export.json", "proof/export.inclusion.txt", ...this.facts.consistency.map(s => `proof/consistency/${s}.txt`),
      ...this.facts.entries.flatMap(n => [`proof/entries/${n}.json`, `proof/entries/${n}.inclusion.txt`])]);
    for (const path of this.reading.files.keys()) if (path.startsWith("proof/") && !known.has(path)) this.add("file-added", path);
  }

  async checkLedger() {
    const note = parseNote(await this.reading.text("proof/head.txt"));
    if (!note) return this.add("head-unreadable", "proof/head.txt");
    this.head = note;
    const inside = await importKey(await this.reading.text("key.pem") || ""), outside = this.terms.key ? await importKey(this.terms.key)
        : null;
    if (this.terms.key && (!inside || !outside || inside.id !== outside.id)) this.add("wrong-key", "key.pem");
    this.key = outside || inside;
    if (!this.key || !await isSignedBy(note, this.key)) this.add("head-not-signed", "proof/head.txt");
    if (this.facts && this.facts.origin !== note.origin) this.add("facts-changed", "pack.json");
    await this.checkExport(note);
    for (const number of this.facts?.entries || []) {
      const entry = await this.reading.entry(number);
      if (!entry) this.add("entry-missing", `entry ${number}`);
      else if (!await this.stands(`proof/entries/${number}.inclusion.txt`, entry.bytes, number)) this.add("entry-unproved", `entry ${number}`);
    }
    for (const size of this.facts?.consistency || []) {
      const proof = await this.proof(size), older = this.draw && parseNote(this.draw.head);
      if (!proof || (older?.size === size && !await checkConsistency(size, older.root, note.size, note.root, proof))) this.add("consistency-broken", `proof/consistency/${size}.txt`);
    }
    await this.checkOutside(note);
  }

  async checkExport(note) {
    const bytes = await this.reading.bytes("proof/export.json", 1 << 17);
    let said = null;
    try {
      said = bytes && JSON.parse(new TextDecoder().decode(bytes));
    } catch { /* no entry */ }
    if (said?.kind !== "export" || !await this.stands("proof/export.inclusion.txt", bytes, null)) return this.add("export-unproved",
        "proof/export.json");
    if (await this.reading.hash("SHA256SUMS") !== said.facts.sha256) this.add("list-changed", "SHA256SUMS");
    if (this.facts && (said.facts.pack !== this.facts.id || said.facts.person !== this.facts.madeBy)) this.add("facts-changed",
        "pack.json");
  }

  async stands(path, bytes, number) {
    const text = await this.reading.text(path), split = text ? text.indexOf("\n\n") : -1;
    if (split < 0 || text.slice(split + 2) !== this.head.note) return false;
    const [form, index, ...proof] = text.slice(0, split).split("\n"), at = Number(index?.match(/^index (\d+)$/)?.[1] ?? -1);
    return form === "exam-monitor/inclusion/1" && (number === null || number === at)
      && await checkInclusion(at, await leafHash(bytes), this.head.size, this.head.root, proof.map(base64));
  }

  async proof(size) {
    const text = await this.reading.text(`proof/consistency/${size}.txt`);
    return text === null ? null : text.split("\n").filter(l => l).map(base64);
  }

  async checkOutside(note) {
    const outside = this.terms.head ? parseNote(this.terms.head.trim() + "\n") : null;
    if (!outside) return;
    const proof = outside.size === note.size ? [] : await this.proof(outside.size);
    if (outside.origin !== note.origin) this.add("forked", "head");
    else if (!proof || outside.size > note.size) this.notCompared = true;
    else if (await checkConsistency(outside.size, outside.root, note.size, note.root, proof)) this.confirmed = outside;
    else this.add("forked", "head");
  }

  async checkFootage() {
    const all = new Map();
    for (const number of this.facts.entries) {
      const said = (await this.reading.entry(number))?.said;
      if (said?.kind === "segment" || said?.kind === "gap") all.set(number, said);
    }
    this.footage = all;
    this.proved = 0;
    for (const clip of this.facts.clips) await this.checkClip(clip, all);
    const asked = e => this.facts.scope.some(s => s.room === e.room && s.cameras.includes(e.camera) && e.start < s.to && e.end > s.from);
    const gone = new Set(), listed = new Set([...this.facts.clips, ...this.facts.gaps].map(f => f.entry));
    for (const number of this.facts.entries) {
      const said = (await this.reading.entry(number))?.said;
      if (said?.kind === "destruction") gone.add(said.facts.path);
    }
    for (const [number, entry] of all) {
      if (!asked(entry)) continue;
      const where = `${entry.room}/${entry.camera} ${entry.start}`;
      if (entry.kind === "gap") {
        if (!listed.has(number)) this.add("gap-missing", where);
      } else if (!listed.has(number)) {
        const excuse = this.facts.missing.find(m => m.entry === number)?.why;
        if (excuse !== "second-tier" && excuse !== "absent" && !(excuse === "destroyed" && gone.has(entry.path))) this.add("clip-missing", `footage/${entry.path}`);
      }
    }
    for (const gap of this.facts.gaps) {
      const entry = all.get(gap.entry);
      if (entry?.kind !== "gap" || ["room", "camera", "start", "end", "cause"].some(m => entry[m] !== gap[m])) this.add("gap-changed", `${gap.room}/${gap.camera} ${gap.start}`);
    }
    const cameras = new Set(this.facts.scope.flatMap(s => s.cameras.map(c => JSON.stringify([s.room, c]))));
    for (const pair of cameras) this.checkOrder(...JSON.parse(pair), all);
    await this.checkDayLines(all);
  }

  async checkClip(clip, all) {
    const entry = all.get(clip.entry);
    if (entry?.kind !== "segment" || clip.path !== `footage/${entry.path}` || ["room", "camera", "start", "end", "sha256", "bytes"].some(m => entry[m] !== clip[m]))
      return this.add("clip-mislabelled", clip.path);
    if (!this.reading.files.has(clip.path)) return this.add("clip-missing", clip.path);
    const actual = await this.reading.hash(clip.path);
    if (actual === entry.sha256) this.proved++;
    else this.add([...all.values()].some(e => e.sha256 === actual) ? "clip-swapped" : "clip-changed", clip.path);
  }

  checkOrder(room, camera, all) {
    const chain = [...all].filter(([, e]) => e.room === room && e.camera === camera).sort((a, b) => a[1].number - b[1].number);
    const asked = this.facts.scope.filter(s => s.room === room && s.cameras.includes(camera)), where = `${room}/${camera}`;
    for (let i = 1; i < chain.length; i++) {
      const [before, after] = [chain[i - 1], chain[i]];
      if (after[1].number === before[1].number + 1 && after[1].previous === before[0]) continue;
      if (asked.some(s => before[1].start < s.to && after[1].end > s.from)) this.add("order-broken", where);
    }
    const first = chain[0]?.[1];
    if (first?.number > 1 && asked.some(s => first.start > s.from && first.start < s.to)) this.add("order-broken", where);
    for (const scope of asked) this.noteUncovered(where, scope, chain.map(([, e]) => e).filter(e => e.start < scope.to && e.end > scope.from));
  }

  /** A gap stands in the ledger when it has ended: before a camera's first entry and after its last one nothing is said at all. */
  noteUncovered(where, { from, to }, entries) {
    const first = entries.map(e => e.start).sort()[0] ?? to, last = entries.map(e => e.end).sort().at(-1) ?? to;
    if (Date.parse(first) > Date.parse(from) + 1000) this.uncovered.push({ where, from, to: first });
    if (Date.parse(last) < Date.parse(to) - 1000) this.uncovered.push({ where, from: last, to });
  }

  async checkDayLines(all) {
    const pinned = new Map([...all.values()].filter(e => e.line).map(e => [e.line, e])), there = new Set();
    for (const path of this.reading.files.keys()) {
      if (!path.startsWith("days/")) continue;
      for (const line of (await this.reading.text(path) || "").split("\n").filter(l => l)) {
        const content = line.startsWith("{\"previous\":\"") && line[78] === "," ? "{" + line.slice(79) : line,
            hash = hex(await sha256(utf8(content)));
        there.add(hash);
        if (!pinned.has(hash)) this.add("day-lines-changed", path);
      }
    }
    const lost = [...pinned].find(([hash]) => !there.has(hash));
    if (lost) this.add("day-lines-changed", `days/ ${lost[1].room}/${lost[1].camera}`);
  }

  async checkDocuments() {
    for (const { path, entry, fact } of this.facts.documents) {
      const said = (await this.reading.entry(entry))?.said;
      if (said && this.reading.files.has(path) && said.facts?.[fact] !== await this.reading.hash(path)) this.add(kindOf(path), path);
    }
    for (const { entry, files } of this.facts.calibrations) {
      const said = entry === null ? null : (await this.reading.entry(entry))?.said;
      if (!said) continue;
      const hashes = [];
      for (const file of files) hashes.push(this.reading.files.has(file) ? unhex(await this.reading.hash(file)) : new Uint8Array(32));
      if (said.facts.sha256 !== hex(await sha256(joined(...hashes)))) this.add("calibration-changed", files[0]);
    }
    for (const path of this.reading.files.keys()) if (path.startsWith("lanes/")) await this.checkLanes(path);
    await this.checkRegister();
  }

  async checkLanes(path) {
    const lanes = await this.reading.json(path);
    if (!lanes?.stations) return this.add("lanes-changed", path);
    const held = [...this.footage.values()].filter(e => e.kind === "segment"
        && e.room === lanes.room).map(e => [Date.parse(e.start), Date.parse(e.end)]).sort((a, b) => a[0] - b[0]);
    for (const station of lanes.stations) for (const span of station.recorded.filter(s => s.value === true)) {
      let at = Date.parse(span.start);
      for (const [start, end] of held) {
        if (start > at + 5000) break;
        at = Math.max(at, end);
      }
      if (at + 5000 < Date.parse(span.end)) this.add("lanes-contradicted", path);
    }
  }

  async checkRegister() {
    const path = "register/register.jsonl", known = new Set();
    for (const line of (await this.reading.text(path) || "").split("\n").filter(l => l)) {
      let r = null;
      try {
        r = JSON.parse(line);
      } catch { /* no line */ }
      if (r) known.add(r.ledger);
      const said = r && (await this.reading.entry(r.ledger))?.said, f = said?.facts;
      const same = said?.kind === "destruction" && said.room === r.room && said.camera === r.camera && (f.registered || said.at) === r.at
        && ["segment", "number", "leaf", "bytes"].every(m => Number(f[m]) === r[m])
            && ["path", "start", "end", "sha256", "code", "rule", "by"].every(m => f[m] === r[m])
        && f.class === r.footageClass && f.en === r.reason.en && f.zh === r.reason.zh;
      if (!same) this.add("register-changed", path);
      else if (this.facts.twoPersons && r.code === "window-ended" && !await this.isApproved(r)) this.add("approval-missing", r.path);
    }
    for (const number of this.facts.entries)
      if (!known.has(number) && (await this.reading.entry(number))?.said?.kind === "destruction") this.add("register-changed", path);
  }

  async isApproved(record) {
    const persons = new Map();
    for (const number of this.facts.entries.filter(n => n < record.ledger)) {
      const said = (await this.reading.entry(number))?.said;
      if (said?.kind !== "destruction-approved") continue;
      const line = JSON.parse(said.facts.line);
      persons.set(line.digest, (persons.get(line.digest) || new Set()).add(line.by.toLowerCase()));
    }
    for (const [digest, by] of persons) {
      const list = `register/approved-${digest}.txt`;
      if (by.size >= 2 && this.reading.files.has(list) && await this.reading.hash(list) === digest
        && (await this.reading.text(list)).split("\n").includes(`${record.path} ${record.sha256}`)) return true;
    }
    return false;
  }

  async checkDraw() {
    const r = this.draw, finding = await repeatDraw(r, await this.reading.bytes("draw/population.jsonl"));
    if (finding) this.add(finding, finding === "population-changed" ? "draw/population.jsonl" : "draw/draw.json");
    const fits = async (number, kind, wanted) => {
      const said = (await this.reading.entry(number))?.said;
      return said?.kind === kind && Object.entries(wanted).every(([fact, value]) => said.facts[fact] === value);
    };
    const sample = hex(await sha256(utf8(r.sample.map(s => s.unit + "\n").join("")))), plan = hex(await sha256(utf8(r.plan)));
    if (!await fits(r.openedEntry, "draw-opened", { draw: r.id, population: r.population, plan, secret: r.secretHash })
      || !(r.drawnEntry > r.openedEntry)
          || !await fits(r.drawnEntry, "draw", { draw: r.id, number: r.number, secret: r.secret, seed: r.seed, sample }))
      this.add("draw-not-repeated", "draw/draw.json");
    for (const made of r.replacements)
      if (!await fits(made.entry, "draw-replacement", { draw: r.id, unit: made.unit, by: made.by.unit, person: made.person,
          reason: made.reason })) this.add("replacement-unfounded", made.unit);
    const head = parseNote(r.head);
    if (head && this.key && !await isSignedBy(head, this.key)) this.add("draw-not-repeated", "draw/draw.json");
  }
}
