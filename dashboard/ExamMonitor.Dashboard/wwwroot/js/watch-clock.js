// One clock for all cameras. It runs as the computer's does; the videos are held to it, and it stands while one of them has no picture.

/** After this time a video that does not come is left behind, ms. */
const PATIENCE = 3000;
/** Videos are begun within this time, ms. */
const BEGINNING = 1000;
/** Differences are looked at so often, ms. */
const EVERY = 100;
/** A picture may be late for so long before the wall stands, ms. */
const GRACE = 80;
/** What is farther off is set again, s. */
const FAR = 0.3;

export class Clock {
  constructor(cells, from, to, at, changed) {
    [this.cells, this.from, this.to, this.at, this.changed] = [cells, from, to, at, changed];
    [this.rate, this.pace, this.running, this.phase] = [1, 1, false, "gather"];
  }

  setRate(rate) {
    this.rate = Math.min(8, Math.max(0.5, rate || 1));
    this.pace = this.rate;
    if (this.running && this.phase === "run") this.anchor(performance.now(), this.at);
  }

  toggle() {
    this.running = !this.running;
    if (!this.running) return this.changed();
    if (this.at >= this.to) this.at = this.from;
    this.pace = this.rate;
    for (const cell of this.cells) cell.late = false;
    this.gather();
    requestAnimationFrame(() => this.tick());
  }

  seek(at) {
    this.at = Math.min(this.to, Math.max(this.from, at));
    for (const cell of this.cells) cell.late = false;
    if (this.running) this.gather();
    this.changed();
  }

  tick() {
    if (!this.running) return;
    const now = performance.now();
    if (this.phase === "gather") this.meet(now);
    else if (this.phase === "begin") this.begin(now);
    else this.run(now);
    this.changed();
    if (this.running) requestAnimationFrame(() => this.tick());
  }

  /** All stand until each has its picture. */
  gather() {
    [this.phase, this.since] = ["gather", performance.now()];
    for (const cell of this.cells) if (!cell.video.paused) cell.video.pause();
  }

  wanted() {
    return this.cells.filter(c => c.isWanted(this.at));
  }

  meet(now) {
    const missing = this.wanted().filter(c => !c.isAt(this.at));
    if (missing.length > 0 && now - this.since < PATIENCE) return;
    for (const cell of missing) cell.late = true;
    for (const cell of this.wanted()) cell.crawl();
    [this.phase, this.since] = ["begin", now];
  }

  /** Videos take their time to begin, each another. They crawl until all do, and are let go together. */
  begin(now) {
    const cells = this.wanted();
    if (!cells.every(c => c.hasBegun()) && now - this.since < BEGINNING) return;
    const ahead = cells.map(c => c.ahead(this.at));
    this.anchor(now, this.at + (cells.length > 0 ? ahead.reduce((a, b) => a + b, 0) / cells.length : 0));
    this.phase = "run";
    this.hungry = null;
  }

  anchor(now, at) {
    [this.began, this.begunAt, this.looked] = [now, at, -Infinity];
  }

  run(now) {
    this.at = Math.min(this.to, this.begunAt + (now - this.began) / 1000 * this.pace);
    if (this.at >= this.to) {
      this.running = false;
      return;
    }
    const starved = this.wanted().some(c => c.isStarved(this.at)), lost = this.wanted().some(c => Math.abs(c.ahead(this.at)) > FAR * this.pace);
    this.hungry = starved ? this.hungry ?? now : null;
    if (lost || this.hungry !== null && now - this.hungry > GRACE) {
      // Nobody is served by a speed that the computer cannot show.
      if (this.pace > 1) this.pace = Math.max(1, this.pace * 0.75);
      this.back();
      this.gather();
      return;
    }
    if (now - this.looked < EVERY) return;
    this.looked = now;
    for (const cell of this.cells) cell.follow(this.at, this.pace);
  }

  /** The clock goes back to the slowest of those that are near. */
  back() {
    const behind = this.wanted().map(c => c.ahead(this.at)).filter(a => a < 0 && a > -1);
    if (behind.length > 0) this.at = Math.max(this.from, this.at + Math.min(...behind));
  }
}
