// Plays what is live as it arrives, and recordings by HLS: hls.js where media source extensions exist, else the browser's own. HLS is the
// reserve of the live picture. A picture that stands still is marked, never shown as live.
import Hls from "../lib/hls.light.min.mjs";
import { LiveStream, canFollow } from "./live-stream.js";
import { siteTimeOfDay } from "./site-time.js";

const STALLED_AFTER_MS = 6000;
const RETRY_AFTER_MS = 4000;
const players = new WeakMap();

export function play(box, page, source, live) {
  stop(box);
  const player = { box, page, source, live, video: box.querySelector("video"), hls: null, stream: null, byHls: !live || !canFollow, moved: performance.now(), last: -1, said: "", ended: false, timer: 0, retry: 0 };
  players.set(box, player);
  state(player, "loading");
  player.onMeta = () => {
    if (player.video.videoWidth > 0) box.style.aspectRatio = `${player.video.videoWidth} / ${player.video.videoHeight}`;
  };
  player.onEnded = () => {
    if (!live && !player.ended) {
      player.ended = true;
      page?.invokeMethodAsync("EndedAsync");
    }
  };
  player.video.addEventListener("loadedmetadata", player.onMeta);
  player.video.addEventListener("resize", player.onMeta);
  player.video.addEventListener("ended", player.onEnded);
  placeLabels(box);
  open(player);
  player.timer = setInterval(() => tick(player), 500);
}

export function stop(box) {
  const player = players.get(box);
  if (!player) return;
  players.delete(box);
  clearInterval(player.timer);
  clearTimeout(player.retry);
  player.video.removeEventListener("loadedmetadata", player.onMeta);
  player.video.removeEventListener("resize", player.onMeta);
  player.video.removeEventListener("ended", player.onEnded);
  close(player);
}

export function showStations(box, shown) {
  box.classList.toggle("without-stations", !shown);
}

/** Does what a button below the picture says. */
export function act(box, name) {
  const video = box.querySelector("video");
  if (name === "pause") togglePause();
  else if (name === "sound") video.muted = !video.muted;
  else if (document.fullscreenElement) document.exitFullscreen();
  else box.requestFullscreen().catch(() => {});
}

/** Pauses the page's recording or lets it go on; false when there is none. */
export function togglePause() {
  const video = document.querySelector(".player video");
  if (!video || !video.currentSrc && video.readyState === 0) return false;
  if (video.paused) video.play().catch(() => {});
  else video.pause();
  return true;
}

/** Share of an element's width at which a pointer is, 0 to 1. */
export function shareOf(element, clientX) {
  const place = element.getBoundingClientRect();
  return place.width > 0 ? (clientX - place.left) / place.width : 0;
}

function open(player) {
  const { video, source, live } = player;
  player.box.dataset.by = player.byHls ? "hls" : "stream";
  if (!player.byHls) {
    player.stream = new LiveStream(video, source.replace(/index\.m3u8$/, "socket"), (shown) => {
      // A stream that showed nothing is one that this browser or a proxy on the way cannot carry.
      player.byHls = !shown;
      player.stream = null;
      if (shown) fail(player);
      else open(player);
    });
  } else if (Hls.isSupported()) {
    // No worker: the page's policy allows scripts of its own address alone.
    const hls = new Hls({ enableWorker: false, lowLatencyMode: live, backBufferLength: 30, maxBufferLength: live ? 10 : 60, manifestLoadPolicy: retries(), playlistLoadPolicy: retries(), ...(live ? {} : { fragLoadPolicy: patience() }) });
    player.hls = hls;
    hls.on(Hls.Events.ERROR, (_, error) => {
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !player.recovered) {
        player.recovered = true;
        hls.recoverMediaError();
        return;
      }
      fail(player);
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => start(player));
    hls.loadSource(source);
    hls.attachMedia(video);
  } else if (video.canPlayType("application/vnd.apple.mpegurl")) {
    video.src = source;
    video.onerror = () => fail(player);
    start(player);
  } else {
    fail(player);
  }
}

function retries() {
  return { default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 2000 }, errorRetry: { maxNumRetry: 1, retryDelayMs: 1000, maxRetryDelayMs: 2000 } } };
}

// A recorded segment may have to be fetched from the archive tier first; to ask anew would begin the fetching anew.
function patience() {
  return { default: { maxTimeToFirstByteMs: 120_000, maxLoadTimeMs: 240_000, timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 }, errorRetry: { maxNumRetry: 3, retryDelayMs: 1000, maxRetryDelayMs: 4000 } } };
}

function start(player) {
  player.video.muted = player.video.muted || player.live;
  player.video.play().catch(() => {
    // The browser wants a click first; the button below the picture is one.
  });
}

function fail(player) {
  close(player);
  state(player, "failed");
  clearTimeout(player.retry);
  if (player.live) {
    player.retry = setTimeout(() => {
      if (players.get(player.box) !== player) return;
      player.recovered = false;
      player.moved = performance.now();
      open(player);
    }, RETRY_AFTER_MS);
  }
}

function close(player) {
  player.stream?.stop();
  player.stream = null;
  player.hls?.destroy();
  player.hls = null;
  player.video.onerror = null;
  player.video.removeAttribute("src");
  player.video.load();
}

function tick(player) {
  const { video, live, hls, page } = player;
  const now = performance.now();
  if (video.currentTime !== player.last) {
    player.last = video.currentTime;
    player.moved = now;
    if (video.readyState >= 2) {
      player.shownAt = Date.now();
      state(player, "playing");
      player.recovered = false;
    }
  } else if (live && player.box.dataset.state === "playing" && now - player.moved > STALLED_AFTER_MS) {
    state(player, video.paused ? "paused" : "stalled");
  }
  if (live && player.box.dataset.state !== "playing") age(player);
  const date = hls?.playingDate ?? (typeof video.getStartDate === "function" ? new Date(video.getStartDate().getTime() + video.currentTime * 1000) : null);
  if (!live && page && date && Number.isFinite(date.getTime())) {
    const text = new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
    if (text !== player.said) {
      player.said = text;
      page.invokeMethodAsync("TimeAsync", text);
    }
  }
}

/** When the picture that stands there was shown: a picture without its age looks like one of now. */
function age(player) {
  if (!player.shownAt) return;
  const seconds = Math.round((Date.now() - player.shownAt) / 1000);
  const at = siteTimeOfDay(player.shownAt, player.box.dataset.zone);
  for (const note of player.box.querySelectorAll(".age")) note.textContent = `${player.box.dataset.last} ${at} (${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`})`;
}

function state(player, name) {
  if (player.box.dataset.state !== name) player.box.dataset.state = name;
}

// Positions are set here and not as style attributes in the markup.
export function placeLabels(box) {
  for (const label of box.querySelectorAll(".labels > li")) {
    label.style.left = `${Number(label.dataset.u) * 100}%`;
    label.style.top = `${Number(label.dataset.v) * 100}%`;
  }
}
