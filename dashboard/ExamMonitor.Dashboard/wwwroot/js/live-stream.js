// Plays the bytes of a camera as they arrive: a growing MP4 over a WebSocket into a MediaSource. The picture is as old as the longest fragment
// and a margin; the margin grows when the network made the picture stand, and the playback rate keeps to it.
const KEEP_S = 20;
const STEER_MS = 200;
const LOWEST_OVER_MS = 3000;
const LEAST_MARGIN_S = 0.2;
const MOST_MARGIN_S = 2;
const TOO_FAR_BEHIND_S = 3;
const AGAIN_AFTER_MS = 700;
const PATIENCE_MS = 10_000;

export const canFollow = "MediaSource" in window && "WebSocket" in window;

/** Goes on over the camera's reconnects. Ends when nothing came for ten seconds; `ended` is told whether anything was ever shown. */
export class LiveStream {
  #video;
  #address;
  #ended;
  #socket = null;
  #media = new MediaSource();
  #url = URL.createObjectURL(this.#media);
  #buffer = null;
  #type = "";
  #waiting = [];
  #isNewRun = false;
  #steering = 0;
  #again = 0;
  #arrivedAt = performance.now();
  #margin = LEAST_MARGIN_S;
  #ahead = [];
  #shown = false;
  #over = false;
  #stood = () => {
    if (this.#shown) this.#margin = Math.min(MOST_MARGIN_S, this.#margin * 1.5);
  };

  constructor(video, address, ended) {
    this.#video = video;
    this.#ended = ended;
    this.#address = new URL(address, location.href);
    this.#address.protocol = this.#address.protocol === "https:" ? "wss:" : "ws:";
    this.#media.addEventListener("sourceopen", () => this.#open(), { once: true });
    video.src = this.#url;
    video.addEventListener("waiting", this.#stood);
    this.#steering = setInterval(() => this.#steer(), STEER_MS);
    this.#connect();
  }

  stop() {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#steering);
    clearTimeout(this.#again);
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
    this.#socket.close();
    this.#video.removeEventListener("waiting", this.#stood);
    this.#video.playbackRate = 1;
    URL.revokeObjectURL(this.#url);
  }

  #connect() {
    const socket = (this.#socket = new WebSocket(this.#address));
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => this.#take(message.data);
    socket.onclose = () => {
      if (this.#shown) this.#again = setTimeout(() => this.#connect(), AGAIN_AFTER_MS);
      else this.#finish();
    };
  }

  #finish() {
    if (this.#over) return;
    this.stop();
    this.#ended(this.#shown);
  }

  #take(data) {
    this.#arrivedAt = performance.now();
    if (typeof data !== "string") {
      this.#waiting.push(data);
      this.#append();
    } else if (this.#type && data !== this.#type) {
      this.#finish();
    } else {
      this.#isNewRun = this.#type !== "";
      this.#waiting = [];
      this.#type = data;
      this.#open();
    }
  }

  #open() {
    if (this.#buffer || this.#over || this.#media.readyState !== "open" || !this.#type) return;
    if (!MediaSource.isTypeSupported(this.#type)) {
      this.#finish();
      return;
    }
    this.#buffer = this.#media.addSourceBuffer(this.#type);
    // One fragment after the other, whatever the camera's clock says and however long it was away.
    this.#buffer.mode = "sequence";
    this.#buffer.addEventListener("updateend", () => this.#append());
    this.#buffer.addEventListener("error", () => this.#finish());
    this.#append();
  }

  #append() {
    const buffer = this.#buffer;
    if (!buffer || this.#over || buffer.updating || this.#media.readyState !== "open") return;
    const { buffered, currentTime } = this.#video;
    try {
      if (this.#isNewRun) {
        this.#isNewRun = false;
        buffer.abort();
      }
      if (buffered.length > 0 && currentTime - buffered.start(0) > 2 * KEEP_S) buffer.remove(0, currentTime - KEEP_S);
      else if (this.#waiting.length > 0) buffer.appendBuffer(this.#waiting.shift());
    } catch {
      this.#finish();
      return;
    }
    if (!this.#shown && buffered.length > 0) this.#begin(buffered);
  }

  #begin(buffered) {
    this.#shown = true;
    this.#video.currentTime = buffered.start(0);
    this.#video.muted = true;
    this.#video.play().catch(() => {
      // The browser wants a click first; the button below the picture is one.
    });
  }

  // What lies ahead falls until the next fragment comes: its lowest of the last seconds is what could have been saved.
  #steer() {
    const now = performance.now();
    const video = this.#video;
    const { buffered, currentTime } = video;
    if (now - this.#arrivedAt > PATIENCE_MS) this.#finish();
    if (!this.#shown || this.#over || buffered.length === 0 || video.paused) return;
    const end = buffered.end(buffered.length - 1);
    this.#ahead = this.#ahead.filter((a) => now - a.at < LOWEST_OVER_MS);
    this.#ahead.push({ at: now, s: end - currentTime });
    const spare = Math.min(...this.#ahead.map((a) => a.s)) - this.#margin;
    if (spare > TOO_FAR_BEHIND_S) {
      video.currentTime = currentTime + spare;
      this.#ahead = [];
    }
    video.playbackRate = spare > 0.3 ? 1.15 : spare > 0.05 ? 1.04 : spare < -0.15 ? 0.96 : 1;
  }
}
