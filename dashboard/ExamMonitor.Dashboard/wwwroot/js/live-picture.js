// <live-picture src period label data-none data-old data-zone>: the newest picture, asked for again only while somebody can see it.
// Shows when the picture was taken, and greys a picture that is no longer of now.
import { siteTimeOfDay } from "./site-time.js";

const OLD_AFTER_MS = 30_000;

class LivePicture extends HTMLElement {
  #image = document.createElement("img");
  #note = document.createElement("span");
  #seen = false;
  #timer = 0;
  #busy = null;
  #takenAt = 0;
  #watch = new IntersectionObserver((entries) => {
    this.#seen = entries.some((e) => e.isIntersecting);
    this.#plan(0);
  });
  #visible = () => this.#plan(0);

  static observedAttributes = ["src", "label"];

  connectedCallback() {
    this.#image.decoding = "async";
    this.#image.hidden = true;
    this.#note.className = "note";
    this.#note.textContent = "";
    this.prepend(this.#image);
    this.append(this.#note);
    this.#watch.observe(this);
    document.addEventListener("visibilitychange", this.#visible);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    document.removeEventListener("visibilitychange", this.#visible);
    clearTimeout(this.#timer);
    this.#busy?.abort();
    this.#show(null);
  }

  attributeChangedCallback(name, before, now) {
    if (name === "label") this.#image.alt = now ?? "";
    if (name === "src" && before !== null && before !== now) {
      this.#takenAt = 0;
      this.#busy?.abort();
      this.#show(null);
      this.#plan(0);
    }
  }

  #plan(delay) {
    clearTimeout(this.#timer);
    if (this.isConnected && this.#seen && !document.hidden) this.#timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask() {
    if (this.#busy) return;
    const busy = (this.#busy = new AbortController());
    const limit = setTimeout(() => busy.abort(), 15_000);
    try {
      const answer = await fetch(this.getAttribute("src"), { signal: busy.signal, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const taken = Date.parse(answer.headers.get("Last-Modified") ?? "");
      const here = Date.parse(answer.headers.get("Date") ?? "");
      this.#takenAt = Number.isFinite(taken) ? taken : 0;
      const age = Number.isFinite(taken) && Number.isFinite(here) ? here - taken : 0;
      this.#show(await answer.blob());
      this.#say(age);
    } catch {
      this.classList.add("is-none");
      this.#note.textContent = this.dataset.none;
      if (this.#takenAt === 0) this.#show(null);
    } finally {
      clearTimeout(limit);
      if (this.#busy === busy) this.#busy = null;
      this.#plan(Number(this.getAttribute("period") || 10) * 1000);
    }
  }

  #say(age) {
    const old = age > OLD_AFTER_MS;
    this.classList.toggle("is-old", old);
    this.classList.remove("is-none");
    const time = this.#takenAt ? siteTimeOfDay(this.#takenAt, this.dataset.zone) : "";
    this.#note.textContent = old ? `${this.dataset.old} ${time}` : time;
  }

  #show(blob) {
    const before = this.#image.src;
    if (blob) this.#image.src = URL.createObjectURL(blob);
    else this.#image.removeAttribute("src");
    this.#image.hidden = !blob;
    if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  }
}

customElements.define("live-picture", LivePicture);
