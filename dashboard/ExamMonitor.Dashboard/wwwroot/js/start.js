// Starts the page's live connection, and says so in plain words when it is lost: a page without it must not go on looking current.
import "./live-picture.js";

const box = document.getElementById("lost");

function say(text) {
  box.textContent = text;
  document.documentElement.classList.toggle("lost", text !== "");
}

async function restart() {
  for (;;) {
    try {
      if (await Blazor.reconnect()) {
        say("");
        return;
      }
      location.reload();
      return;
    } catch {
      // The server does not answer yet.
    }
    await new Promise((done) => setTimeout(done, 2000));
    try {
      const answer = await fetch("/health/live", { cache: "no-store" });
      if (answer.ok && !(await Blazor.reconnect())) location.reload();
    } catch {
      // Still away.
    }
  }
}

Blazor.start({
  circuit: {
    reconnectionHandler: {
      onConnectionDown: () => {
        say(box.dataset.lost);
        restart();
      },
      onConnectionUp: () => say(""),
    },
  },
});
