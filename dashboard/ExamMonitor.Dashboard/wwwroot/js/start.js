// Starts the page's live connection, and says so in plain words when it is lost: a page without it must not go on looking current.
import "./live-picture.js";

const PAUSE_MS = 2000;
const OPEN_WITHIN_MS = 15_000;
const box = document.getElementById("lost");
const isLive = box.dataset.live === "true";
let trying = false;

/** Whether the page is the one that the live connection has drawn, which takes the place of the one that was sent. */
const isAlive = () => document.querySelector("main[data-alive]") !== null;

// The set-up of a room is drawn by a script of its own, which other pages need not fetch.
const openSetUp = () => document.querySelector("room-set-up") && import("./set-up/set-up.js");
openSetUp();

// What is written or chosen in the page that was sent would be lost with it, unsaid.
if (isLive) for (const form of document.querySelectorAll("main form")) form.inert = true;

function say(text) {
  box.textContent = text;
  document.documentElement.classList.toggle("lost", text !== "");
}

/** Tries until the connection is back; a server that no longer knows this page gets the page anew. A screen on a wall has nobody to press a key. */
async function restart(mayReconnect) {
  if (trying) return;
  trying = true;
  for (;;) {
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    try {
      const answer = await fetch("/health/live", { cache: "no-store" });
      if (!answer.ok) continue;
      if (mayReconnect && (await Blazor.reconnect())) {
        say("");
        trying = false;
        return;
      }
      location.reload();
      return;
    } catch {
      // The server does not answer yet.
    }
  }
}

// The framework takes same-page links over and moves no focus.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest?.(".skip")) return;
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("main")?.focus();
  },
  true,
);

// The framework shows this element when a page has failed on the server; nothing reaches the page from then on.
new MutationObserver(() => {
  say(box.dataset.ended);
  restart(false);
}).observe(document.getElementById("blazor-error-ui"), { attributes: true, attributeFilter: ["style"] });

// A page that was drawn once and never came to life would stay as it is for ever.
if (isLive) {
  setTimeout(() => {
    if (isAlive()) return;
    say(box.dataset.lost);
    restart(false);
  }, OPEN_WITHIN_MS);
}

Blazor.start({
  circuit: {
    reconnectionHandler: {
      onConnectionDown: () => {
        say(box.dataset.lost);
        restart(true);
      },
      onConnectionUp: () => say(""),
    },
  },
});
Blazor.addEventListener("enhancedload", openSetUp);
