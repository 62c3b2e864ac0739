// One camera of the wall: its video, and which media time is which moment.
import Hls from "../lib/hls.light.min.mjs";

/** Footage that continues within this time is not shown as a gap, s. */
const BRIDGE = 0.1;
/** A video that is nearer than this to its moment is not set again, s. */
const NEAR = 0.01;
/** Slowest speed that Chromium plays: a video that is begun with it moves, and is still where it was. */
const CRAWL = 0.0625;
/** Time in which a difference is made good, s. */
const SETTLE = 0.5;
/** Below this nothing is made good, s. */
const CALM = 0.004;
/** Before a gap's end the video is begun, s. */
const LEAD = 0.3;

/** A network that was away is tried again after this time, ms. */
const RETRY = 2000;

export class Cell {
  constructor(figure) {
    this.figure = figure;
    this.video = figure.querySelector("video");
    this.why = figure.querySelector("p");
    this.parts = [];
    // No worker: the page's policy allows scripts of its own address alone. No tolerance: a picture just before a part's end is in that part, and a
    // video that stands is never helped over what was not loaded.
    this.hls = new Hls({ enableWorker: false, maxFragLookUpTolerance: 0, maxBufferLength: 30, backBufferLength: 30, startPosition: 0, autoStartLoad: true });
    this.hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => this.take(details));
    this.hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => this.take(details));
    this.hls.on(Hls.Events.LEVEL_PTS_UPDATED, (_, { details }) => { if (details) this.take(details); });
    this.unplayed = figure.querySelector("[data-unplayed]");
    this.waits = figure.querySelector("[data-waits]");
    this.refused = figure.querySelector("[data-refused]");
    this.away = (figure.dataset.away || "").split(" ").filter(s => s).map(s => s.split("/").map(t => Date.parse(t) / 1000));
    this.hls.on(Hls.Events.FRAG_LOADED, () => this.isRefused = false);
    this.hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) this.mend(error); });
    this.onSeeked = () => this.changed?.();
    this.video.addEventListener("seeked", this.onSeeked);
    if (figure.dataset.source) {
      this.hls.loadSource(figure.dataset.source);
      this.hls.attachMedia(this.video);
    }
  }

  /** A network that comes back goes on; a recording that the browser cannot decode is said to be one, and holds nobody. */
  mend(error) {
    if (error.type === Hls.ErrorTypes.NETWORK_ERROR) {
      this.isRefused = Boolean(error.frag);
      this.changed?.();
      // What is not there stays away: the camera has no footage of the time.
      if (error.response?.code >= 400 && error.response.code < 500) return;
      this.later = setTimeout(() => this.parts.length > 0 ? this.hls.startLoad() : this.hls.loadSource(this.figure.dataset.source), RETRY);
      return;
    }
    const now = performance.now();
    this.mended = [...(this.mended ?? []).filter(t => now - t < 30_000), now];
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.mended.length <= 2 && !/codec/i.test(error.details)) this.hls.recoverMediaError();
    else {
      this.failed = true;
      this.changed?.();
    }
  }

  take(details) {
    const parts = details.fragments.filter(f => f.programDateTime).map(f =>
        ({ media: f.start, from: f.programDateTime / 1000, to: f.programDateTime / 1000 + f.duration }));
    for (let i = 1; i < parts.length; i++) if (Math.abs(parts[i].from - parts[i - 1].to) < BRIDGE) parts[i - 1].to = parts[i].from;
    this.parts = parts;
    this.changed?.();
  }

  /** Media time of a moment; null where there is no footage. */
  mediaOf(at) {
    const part = this.parts.find(p => at >= p.from - 0.001 && at < p.to);
    return part ? part.media + at - part.from : null;
  }

  /** Whether the wall waits for its picture. */
  isWanted(at) {
    return !this.failed && !this.late && this.parts.length > 0 && this.mediaOf(at) !== null;
  }

  /** Seconds of media before the clock. */
  ahead(at) {
    return this.video.currentTime - this.mediaOf(at);
  }

  /** Whether its picture of the moment is there and others follow; sets it when it is another. */
  isAt(at) {
    if (this.video.seeking) return false;
    if (Math.abs(this.ahead(at)) > NEAR) {
      this.video.currentTime = this.mediaOf(at);
      return false;
    }
    return this.video.readyState >= 3 || this.isLast(at);
  }

  isLast(at) {
    return this.parts.length > 0 && at > this.parts[this.parts.length - 1].to - 0.5;
  }

  /** Whether the picture does not come: the one thing for which the whole wall stands. */
  isStarved(at) {
    return this.isWanted(at) && (this.video.seeking || this.video.readyState < 3) && !this.isLast(at);
  }

  /** Begins at the slowest speed. */
  crawl() {
    this.begun = this.video.currentTime;
    this.speed(CRAWL);
    if (this.video.paused) this.video.play().catch(() => {});
  }

  hasBegun() {
    return !this.video.paused && this.video.currentTime > this.begun;
  }

  speed(rate) {
    rate = Math.max(CRAWL, Math.min(16, rate));
    if (Math.abs(this.video.playbackRate - rate) > 0.002 * rate) this.video.playbackRate = rate;
  }

  /** Runs with the clock: a difference is made good by the speed, never by setting the picture, which costs pictures. */
  follow(at, rate) {
    if (this.failed) return;
    if (this.mediaOf(at) === null) return this.wait(at, rate);
    if (this.video.paused) this.video.play().catch(() => {});
    const ahead = this.ahead(at);
    if (this.late) {
      if (this.video.seeking || this.video.readyState < 3) return;
      if (Math.abs(ahead) > SETTLE * rate) this.video.currentTime = this.mediaOf(at);
      else this.late = false;
    }
    const by = Math.abs(ahead) < CALM * Math.max(1, rate) ? 0 : ahead / SETTLE;
    this.speed(rate - Math.max(-0.5 * rate, Math.min(0.5 * rate, by)));
  }

  /** Stands in a gap, where the footage goes on behind it, and is begun shortly before. */
  wait(at, rate) {
    const next = this.parts.find(p => p.from > at);
    if (next && next.from - at < LEAD * rate) {
      if (this.video.paused && !this.video.seeking) this.crawl();
      return;
    }
    if (!this.video.paused) this.video.pause();
    if (next && !this.video.seeking && Math.abs(this.video.currentTime - next.media) > NEAR) this.video.currentTime = next.media;
  }

  /** Stands at the moment. */
  stand(at) {
    if (!this.video.paused) this.video.pause();
    if (this.mediaOf(at) !== null && !this.video.seeking && Math.abs(this.ahead(at)) > 0.002) this.video.currentTime = this.mediaOf(at);
  }

  label(at) {
    const held = this.mediaOf(at) !== null;
    this.why.hidden = held;
    this.figure.dataset.footage = held && !this.failed;
    // A picture of another moment is not shown as one of this moment.
    this.figure.dataset.late = Boolean(this.late && held);
    if (this.unplayed) this.unplayed.hidden = !this.failed || !held;
    // What is fetched from the archive tier takes its time: who waits is told what for.
    const waits = held && !this.failed && (this.video.seeking || this.video.readyState < 2) && this.away.some(([from, to]) => at >= from && at < to);
    if (this.waits) this.waits.hidden = !waits || Boolean(this.isRefused);
    if (this.refused) this.refused.hidden = !waits || !this.isRefused;
  }

  close() {
    clearTimeout(this.later);
    this.video.removeEventListener("seeked", this.onSeeked);
    this.hls.destroy();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
