"use strict";
// Reads a pack that a person handed to the page: an archive, or the folder into which it was unpacked. Nothing is fetched; every number of
// an
// archive is checked before it is used, as in docs/protocol/pack.md.

class HostilePack extends Error {}

const packNames = {
  fault(name) {
    if (name.length === 0 || name.length > 300) return "its name is empty or too long";
    if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\:\ufffd*?"<>|]/u.test(name)) return "its name holds a character that no name of a pack holds";
    const parts = name.split("/");
    if (parts.length > 12) return "it lies too deep";
    return parts.some(p => p === "" || p === "." || p === ".." || p.endsWith(" ") || p.endsWith("."))
        ? "its name would lead to another place" : null;
  },
  require(name, known) {
    const fault = this.fault(name);
    if (fault) throw new HostilePack(`${name.slice(0, 80)}: ${fault}`);
    if (known.has(name.toLowerCase())) throw new HostilePack(`${name} stands there twice`);
    known.add(name.toLowerCase());
  },
};

/** Files of an unpacked folder: path below it → Blob. */
function openFolder(list) {
  const files = new Map(), known = new Set();
  for (const file of list) {
    const name = file.webkitRelativePath ? file.webkitRelativePath.split("/").slice(1).join("/") : file.name;
    packNames.require(name, known);
    files.set(name, file);
  }
  return files;
}

/** Files of an archive: path → Blob that is a slice of it. */
async function openArchive(file) {
  const bad = what => { throw new HostilePack(what); };
  const bytes = async (at, count) => {
    if (!(at >= 0 && count >= 0 && at + count <= file.size && count <= 128 << 20)) bad("a number in the archive points outside of it");
    return new DataView(await file.slice(at, at + count).arrayBuffer());
  };
  const long = (view, at) => Number(view.getBigUint64(at, true));
  if (file.size < 22) bad("it is no archive: too short");
  const end = await bytes(file.size - 22, 22);
  if (end.getUint32(0, true) !== 0x06054b50
      || end.getUint16(20, true) !== 0) bad("it is no archive, is cut short, or something stands behind its directory");
  let count = end.getUint16(10, true), size = end.getUint32(12, true), start = end.getUint32(16, true), tail = 22;
  if (start === 0xffffffff || size === 0xffffffff || count === 0xffff) {
    const large = await bytes(file.size - 98, 76);
    if (large.getUint32(0, true) !== 0x06064b50 || large.getUint32(56, true) !== 0x07064b50) bad("the directory's end is damaged");
    [count, size, start, tail] = [long(large, 32), long(large, 40), long(large, 48), 98];
  }
  if (count > 200000 || start + size + tail !== file.size) bad("the directory is not where the archive says, or something stands between");
  return walkDirectory(await bytes(start, size), count, start, bytes, file, bad);
}

async function walkDirectory(directory, count, start, bytes, file, bad) {
  const files = new Map(), known = new Set(), text = new TextDecoder("utf-8", { fatal: true });
  let at = 0, next = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) bad("the directory is damaged");
    const word = offset => directory.getUint32(at + offset, true), short = offset => directory.getUint16(at + offset, true);
    const [length, extra, comment, flags, crc, size] = [short(28), short(30), short(32), short(8), word(16), word(24)];
    if (at + 46 + length + extra + comment > directory.byteLength) bad("the directory is damaged");
    const name = text.decode(new Uint8Array(directory.buffer, at + 46, length));
    packNames.require(name, known);
    if ((flags & ~0x0808) !== 0) bad(`${name} is encrypted or of an unknown kind`);
    if (short(10) !== 0 || word(20) !== size) bad(`${name} is compressed`);
    if (![0, 0x8000].includes(word(38) >>> 16 & 0xf000)) bad(`${name} is a link or a device, no file`);
    let offset = word(42);
    if (offset === 0xffffffff) offset = Number(directory.getBigUint64(at + 50 + length, true));
    if (offset !== next) bad(`${name} does not begin where the file before ends`);
    const header = await bytes(offset, 30 + length), content = offset + 30 + length, behind = (flags & 8) !== 0;
    if (header.getUint32(0, true) !== 0x04034b50 || header.getUint16(26, true) !== length || header.getUint16(28, true) !== 0
      || text.decode(new Uint8Array(header.buffer, 30, length)) !== name) bad(`${name}: header and directory differ`);
    next = content + size + (behind ? 16 : 0);
    if (next > start) bad(`${name} is larger than the archive`);
    const sums = behind ? await bytes(content + size, 16) : header, sum = behind ? 4 : 14;
    if (sums.getUint32(sum, true) !== crc || sums.getUint32(sum + 8, true) !== size) bad(`${name}: header and directory differ`);
    files.set(name, file.slice(content, content + size));
    at += 46 + length + extra + comment;
  }
  if (at !== directory.byteLength || next !== start) bad("something stands between or behind the files");
  return files;
}

/** What is read of a pack, once each. */
class PackReading {
  constructor(files) {
    this.files = files;
    this.hashes = new Map();
    this.entries = new Map();
  }

  async bytes(path, largest = 256 << 20) {
    const file = this.files.get(path);
    return file && file.size <= largest ? new Uint8Array(await file.arrayBuffer()) : null;
  }

  async text(path) {
    const bytes = await this.bytes(path);
    try {
      return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  async json(path) {
    try {
      return JSON.parse(await this.text(path));
    } catch {
      return null;
    }
  }

  async hash(path) {
    if (!this.hashes.has(path)) this.hashes.set(path, hex(await sha256(new Uint8Array(await this.files.get(path).arrayBuffer()))));
    return this.hashes.get(path);
  }

  /** An entry: its bytes, and what they say (null when they are no JSON). */
  async entry(number) {
    if (!this.entries.has(number)) {
      const bytes = await this.bytes(`proof/entries/${number}.json`, 1 << 17);
      let said = null;
      try {
        said = bytes && JSON.parse(new TextDecoder().decode(bytes));
      } catch { /* no entry */ }
      this.entries.set(number, bytes ? { bytes, said } : null);
    }
    return this.entries.get(number);
  }
}

const utf8 = text => new TextEncoder().encode(text);
const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
const unhex = text => Uint8Array.from((text.match(/../g) || []).map(b => parseInt(b, 16)));
const base64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const toBase64 = bytes => btoa(String.fromCharCode(...bytes));
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => (all.set(p, at), at + p.length), 0);
  return all;
};
const byBytes = (a, b) => {
  const [x, y] = [utf8(a), utf8(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
};
