// All cameras of a room by one clock, with the buttons, keys and the scrubber that move it.
import { Cell } from "./watch-cell.js";
import { Clock } from "./watch-clock.js";
import { siteTime } from "./site-time.js";

const FRAME = 0.04;
const JUMP = 10;
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

class Wall {
  constructor(root, page, problems) {
    [this.root, this.page, this.problems] = [root, page, problems.map(p => Date.parse(p) / 1000)];
    const [from, to] = [Date.parse(root.dataset.from) / 1000, Date.parse(root.dataset.to) / 1000];
    this.cells = [...root.querySelectorAll("figure")].map(f => new Cell(f));
    this.time = new Clock(this.cells, from, to, root.dataset.at ? Date.parse(root.dataset.at) / 1000 : from, () => this.show());
    for (const cell of this.cells) cell.changed = () => this.show();
    this.scrub = root.querySelector("[data-act=scrub]");
    this.clock = root.querySelector("output");
    this.stations = [...root.querySelectorAll(".watch-plan [data-moments]")].map(e =>
        ({ e, moments: e.dataset.moments.split(" ").filter(m => m).map(m => m.split(":")).map(([at, mark]) => ({ at: Number(at), mark })) }));
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

  get from() { return this.time.from; }

  get to() { return this.time.to; }

  get at() { return this.time.at; }

  get rate() { return this.time.rate; }

  get running() { return this.time.running; }

  close() {
    this.time.running = false;
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
    if (!this.peek && source) {
      this.peek = new Cell(this.frame(source));
      this.peek.changed = () => this.show();
    }
    if (!this.peek) return;
    const figure = this.peek.figure;
    figure.hidden = !source;
    figure.style.setProperty("left", `${Math.min(Math.max(0, e.clientX - this.root.getBoundingClientRect().left - 120), Math.max(0, this.root.clientWidth - 240))}px`);
    figure.style.setProperty("top", `${box.top - this.root.getBoundingClientRect().top - 160}px`);
    figure.querySelector("figcaption").textContent = this.text(at);
    this.peek.wanted = at;
    this.peek.stand(at);
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
    return `${siteTime(at * 1000, this.clock.dataset.zone)}.${Math.floor(at * 10) % 10}`;
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
    this.time.setRate(rate);
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
    this.time.toggle();
  }

  seek(at) {
    this.time.seek(at);
  }

  /** Each station of the plan as it was at the moment. */
  plan() {
    for (const { e, moments } of this.stations) {
      const mark = moments.findLast(m => m.at <= this.at)?.mark ?? "unknown";
      if (e.dataset.mark === mark) continue;
      e.dataset.mark = mark;
      e.classList.remove("is-yes", "is-no", "is-unknown");
      e.classList.add(`is-${mark}`);
    }
  }

  show() {
    this.plan();
    if (document.activeElement !== this.scrub || this.running) this.scrub.value = (this.at - this.from) / (this.to - this.from);
    this.clock.textContent = this.text(this.at);
    this.root.dataset.running = this.running;
    for (const cell of this.cells) {
      cell.label(this.at);
      if (!this.running) cell.stand(this.at);
    }
    // What was pointed at before its playlist had come is shown now.
    if (this.peek && !this.peek.figure.hidden) this.peek.stand(this.peek.wanted);
  }
}
