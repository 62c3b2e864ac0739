// All cameras of a room by one clock. The clock is the wall's; every video is held to it within a frame, and says where it has no footage.
import Hls from "../lib/hls.light.min.mjs";

const FRAME = 0.04;
const JUMP = 10;
const FAR = 0.25;
const walls = new WeakMap();

export function watch(root, page, problems) {
  stop(root);
  const wall = new Wall(root, page, problems);
  walls.set(root, wall);
  root.wall = wall;
}

export function stop(root) {
  walls.get(root)?.close();
  walls.delete(root);
}

export function seek(root, iso) {
  walls.get(root)?.seek(Date.parse(iso) / 1000);
}

export function draftOf(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keepDraft(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing: the page itself still does.
  }
}

class Wall {
  constructor(root, page, problems) {
    [this.root, this.page, this.problems] = [root, page, problems.map(p => Date.parse(p) / 1000)];
    this.from = Date.parse(root.dataset.from) / 1000;
    this.to = Date.parse(root.dataset.to) / 1000;
    this.at = root.dataset.at ? Date.parse(root.dataset.at) / 1000 : this.from;
    this.rate = 1;
    this.running = false;
    this.cells = [...root.querySelectorAll("figure")].map(f => new Cell(f));
    this.scrub = root.querySelector("[data-act=scrub]");
    this.clock = root.querySelector("output");
    this.onClick = e => this.act(e.target.closest("[data-act]")?.dataset.act);
    this.onKey = e => this.key(e);
    this.onRate = e => this.setRate(Number(e.target.value));
    root.addEventListener("click", this.onClick);
    document.addEventListener("keydown", this.onKey);
    root.querySelector("[data-act=rate]").addEventListener("change", this.onRate);
    this.scrub.addEventListener("input", this.onScrub = () => this.seek(this.from + (this.to - this.from) * this.scrub.value));
    this.scrub.addEventListener("pointermove", this.onHover = e => this.hover(e));
    this.scrub.addEventListener("pointerleave", this.onLeave = () => { if (this.peek) this.peek.figure.hidden = true; });
    this.beat = setInterval(() => this.show(), 250);
    this.show();
  }

  close() {
    this.running = false;
    clearInterval(this.beat);
    this.root.removeEventListener("click", this.onClick);
    document.removeEventListener("keydown", this.onKey);
    this.scrub.removeEventListener("pointermove", this.onHover);
    this.scrub.removeEventListener("pointerleave", this.onLeave);
    for (const cell of this.cells) cell.close();
    this.peek?.close();
    this.peek?.figure.remove();
  }

  /** A small picture of the moment under the pointer, before anybody goes there. Its player is made when it is first wanted. */
  hover(e) {
    const box = this.scrub.getBoundingClientRect();
    const at = this.from + (this.to - this.from) * Math.min(1, Math.max(0, (e.clientX - box.left) / box.width));
    const source = this.cells.find(c => c.mediaOf(at) !== null)?.figure.dataset.source;
    if (this.peek && source && this.peek.figure.dataset.source !== source) {
      this.peek.close();
      this.peek.figure.remove();
      this.peek = null;
    }
    if (!this.peek && source) this.peek = new Cell(this.frame(source));
    if (!this.peek) return;
    const figure = this.peek.figure;
    figure.hidden = !source;
    figure.style.setProperty("left", `${Math.min(Math.max(0, e.clientX - this.root.getBoundingClientRect().left - 120), Math.max(0, this.root.clientWidth - 240))}px`);
    figure.style.setProperty("top", `${box.top - this.root.getBoundingClientRect().top - 160}px`);
    figure.querySelector("figcaption").textContent = this.text(at);
    this.peek.wanted = at;
    this.peek.show(at, false, 1);
  }

  frame(source) {
    const figure = document.createElement("figure"), video = document.createElement("video");
    [video.muted, video.playsInline, figure.className, figure.dataset.source] = [true, true, "watch-preview", source];
    figure.setAttribute("aria-hidden", "true");
    figure.append(video, document.createElement("p"), document.createElement("figcaption"));
    this.root.append(figure);
    return figure;
  }

  text(at) {
    return new Intl.DateTimeFormat("en-GB",
        { timeZone: this.clock.dataset.zone, dateStyle: "short", timeStyle: "medium" }).format(at * 1000) + "." + String(Math.floor(at * 10) % 10);
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "range") return;
    const act = { " ": "play", k: "play", j: "back", l: "forward", ",": "frame-back", ".": "frame-on", n: "problem",
        m: "mark" }[e.key.toLowerCase()];
    if (!act || e.key === " " && e.target.tagName === "BUTTON") return;
    e.preventDefault();
    this.act(act);
  }

  act(name) {
    switch (name) {
      case "play": return this.toggle();
      case "back": return this.seek(this.at - JUMP);
      case "forward": return this.seek(this.at + JUMP);
      case "frame-back": return this.step(-FRAME);
      case "frame-on": return this.step(FRAME);
      case "problem": return this.nextProblem();
      case "mark": return this.page.invokeMethodAsync("MarkAsync", new Date(this.at * 1000).toISOString());
    }
  }

  setRate(rate) {
    this.rate = Math.min(8, Math.max(0.5, rate || 1));
  }

  step(by) {
    if (this.running) this.toggle();
    this.seek(this.at + by);
  }

  nextProblem() {
    const next = this.problems.find(p => p > this.at + 0.5) ?? this.problems[0];
    if (next !== undefined) this.seek(next);
  }

  toggle() {
    this.running = !this.running;
    this.held = 0;
    if (this.at >= this.to) this.at = this.from;
    this.before = performance.now();
    if (this.running) requestAnimationFrame(t => this.tick(t));
    else this.show();
  }

  tick(now) {
    if (!this.running) return;
    const passed = Math.max(0, now - this.before) / 1000 * this.rate;
    this.before = now;
    // The clock waits for pictures: what is shown belongs together, or nothing moves. It is never more than a frame before the slowest of them.
    const slowest = Math.min(...this.cells.map(c => c.ahead(this.at))) + 0.9 * FRAME * Math.max(1, this.rate);
    const step = Math.max(0, Math.min(passed, slowest));
    // A video that stands for a second, as one whose file ends early, holds nobody any more.
    this.held = step < passed / 10 ? this.held + passed / this.rate : 0;
    if (this.cells.every(c => c.isReady(this.at))) this.at = Math.min(this.to, this.at + (this.held > 1 ? passed : step));
    if (this.at >= this.to) this.running = false;
    this.show();
    if (this.running) requestAnimationFrame(t => this.tick(t));
  }

  seek(at) {
    this.at = Math.min(this.to, Math.max(this.from, at));
    this.show();
  }

  show() {
    if (document.activeElement !== this.scrub || this.running) this.scrub.value = (this.at - this.from) / (this.to - this.from);
    this.clock.textContent = this.text(this.at);
    this.root.dataset.running = this.running;
    for (const cell of this.cells) cell.show(this.at, this.running, this.rate);
    // What was pointed at before its playlist had come is shown now.
    if (this.peek && !this.peek.figure.hidden) this.peek.show(this.peek.wanted, false, 1);
  }
}

/** One camera: its video, and which media time is which moment. */
class Cell {
  constructor(figure) {
    this.figure = figure;
    this.video = figure.querySelector("video");
    this.why = figure.querySelector("p");
    this.parts = [];
    // No worker: the page's policy allows scripts of its own address alone.
    this.hls = new Hls({ enableWorker: false, maxBufferLength: 30, backBufferLength: 30, startPosition: 0, autoStartLoad: true });
    this.hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => { this.take(details); });
    this.hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => { this.take(details); });
    this.hls.on(Hls.Events.LEVEL_PTS_UPDATED, (_, { details }) => { if (details) this.take(details); });
    this.hls.on(Hls.Events.ERROR, (_, error) => {
      if (error.fatal && error.type === Hls.ErrorTypes.MEDIA_ERROR) this.hls.recoverMediaError();
      else if (error.fatal) this.failed = true;
    });
    if (figure.dataset.source) {
      this.hls.loadSource(figure.dataset.source);
      this.hls.attachMedia(this.video);
    }
  }

  take(details) {
    this.parts = details.fragments.filter(f => f.programDateTime).map(f =>
        ({ media: f.start, from: f.programDateTime / 1000, to: f.programDateTime / 1000 + f.duration }));
  }

  /** Media time of a moment; null where there is no footage. */
  mediaOf(at) {
    const part = this.parts.find(p => at >= p.from - 0.001 && at < p.to);
    return part ? part.media + at - part.from : null;
  }

  /** How far its picture is before the clock, s; endless where it has none to wait for. */
  ahead(at) {
    const media = this.mediaOf(at);
    return media === null || this.failed ? Infinity : this.video.currentTime - media;
  }

  isReady(at) {
    return this.failed || this.parts.length === 0 || this.mediaOf(at) === null || (this.video.readyState >= 2 && !this.video.seeking);
  }

  show(at, running, rate) {
    const media = this.mediaOf(at), video = this.video;
    this.why.hidden = media !== null;
    this.figure.dataset.footage = media !== null;
    this.figure.dataset.drift = media === null ? "" : (video.currentTime - media).toFixed(3);
    if (media === null) {
      if (!video.paused) video.pause();
      return;
    }
    const drift = video.currentTime - media;
    // A video that runs is held to the clock by its speed: one that is a frame before it nearly stands. Only one that is far off is set: each
    // setting costs pictures.
    const off = drift / (FRAME * Math.max(1, rate));
    video.playbackRate = Math.max(0.0625, Math.min(16, rate * (1 - (running ? Math.max(-0.25, Math.min(0.95, off)) : 0))));
    if (!video.seeking && Math.abs(drift) > (running ? FAR * Math.max(1, rate) : 0.002)) video.currentTime = media;
    if (running && video.paused) video.play().catch(() => {});
    if (!running && !video.paused) video.pause();
  }

  close() {
    this.hls.destroy();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
