// <room-set-up>: a room, its stations and cameras, from the first stroke of the plan to the signed calibration. The page is this element's own: it needs no live
// connection, and what a person did lies in the browser until the agent has it.
import { Api, newest } from "./api.js";
import { CameraStep } from "./camera-step.js";
import { CalibrateStep } from "./calibrate-step.js";
import { addressOf, bring, calm, h } from "./dom.js";
import * as draft from "./draft.js";
import * as history from "./history.js";
import * as model from "./model.js";
import { PlanStep } from "./plan-step.js";
import { PlateStep } from "./plate-step.js";
import { SavingElement } from "./saving.js";
import { ResultStep } from "./result-step.js";
import { siteTime } from "../site-time.js";
import { checked as checkedOutline } from "./typed.js";
import { VersionStep } from "./version-step.js";
import { wordsOf } from "./words.js";

// Residuals follow a drag: the first question is put at once, the next one when the agent has answered and had a rest.
const CHECK_GAP_MS = 40;
const KEEP_AFTER_MS = 800;
const RETRY_MS = 2000;
const STEPS = [
  ["plan", PlanStep],
  ["cameras", CameraStep],
  ["plates", PlateStep],
  ["calibrate", CalibrateStep],
  ["result", ResultStep],
  ["versions", VersionStep],
];

export class RoomSetUp extends SavingElement {
  connectedCallback() {
    if (this.isStarted) return;
    this.isStarted = true;
    this.t = wordsOf(this.dataset.words, document.documentElement.lang);
    this.api = new Api(this.dataset.address);
    this.place = `${this.dataset.site}/${this.dataset.agent}/${this.dataset.room}`;
    this.selection = { kind: "room", ids: [] };
    this.virtual = [];
    this.access = [];
    this.notices = new Map();
    this.reason = "";
    this.check = newest(() => this.ask(), CHECK_GAP_MS);
    this.keepThere = calm(
      newest(() => this.sendDraft()),
      KEEP_AFTER_MS,
    );
    this.steps = Object.fromEntries(STEPS.map(([name, Step]) => [name, new Step(this)]));
    for (const [event, act] of [
      ["click", this.onClick],
      ["change", this.onChange],
      ["input", this.onInput],
      ["submit", this.onSubmit],
      ["pointerdown", this.onDown],
    ])
      this.addEventListener(event, act.bind(this));
    // Followed on the document: a pointer that leaves the drawing while it drags is still this drag's.
    this.onMove = (e) => this.steps[this.step]?.pointer?.("move", e);
    this.onUp = (e) => this.steps[this.step]?.pointer?.("up", e);
    // On the document, too: after a click beside everything the keys still belong to the page.
    this.onKeys = (e) => (this.contains(e.target) || e.target === document.body) && this.map && this.onKey(e);
    document.addEventListener("keydown", this.onKeys);
    document.addEventListener("pointermove", this.onMove);
    document.addEventListener("pointerup", this.onUp);
    document.addEventListener("pointercancel", this.onUp);
    this.onHash = () => this.go(location.hash.slice(1).split("/"));
    window.addEventListener("hashchange", this.onHash);
    this.open();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKeys);
    document.removeEventListener("pointermove", this.onMove);
    document.removeEventListener("pointerup", this.onUp);
    document.removeEventListener("pointercancel", this.onUp);
    window.removeEventListener("hashchange", this.onHash);
    clearTimeout(this.retry);
  }

  // ——— what is set up ———

  get map() {
    return this.past?.now;
  }

  async open() {
    const [room, there] = await Promise.all([this.api.get("room"), this.api.get("draft")]);
    const here = draft.kept(this.place);
    const left = there.ok && there.value ? draft.usable(there.value) : null;
    if (room.isLoggedOut) return this.say("page", "bad", this.t("LoggedOut"));
    if (!room.ok) {
      this.retry = setTimeout(() => this.open(), RETRY_MS);
      if (!here) return this.failed(this.t("AgentSilent"));
    } else clearTimeout(this.retry);
    if (this.map && !this.isWaiting) return undefined;
    this.isWaiting = !room.ok;
    this.setUp = room.ok ? room.value : null;
    const inForce = { version: this.setUp?.version ?? 0, map: this.setUp?.map ?? model.emptyMap(this.dataset.room, this.dataset.name) };
    const chosen = draft.choose(this.map ? { ...here, map: this.map } : here, left, inForce);
    this.base = chosen.from === "force" ? inForce.version : ((chosen.from === "browser" ? here : left).base ?? inForce.version);
    this.past = history.begin(chosen.map);
    this.takeAccess(chosen.from === "force" ? null : chosen.from === "browser" ? here : left);
    if (chosen.from !== "force")
      this.say(
        "draft",
        chosen.isStale ? "warn" : "good",
        this.t(
          chosen.isStale ? "DraftStale" : chosen.from === "browser" ? "DraftHere" : "DraftThere",
          siteTime(chosen.at, this.dataset.zone),
        ),
      );
    if (there.ok && there.value && !left) this.say("draft", "warn", this.t("DraftBroken"));
    this.isSaved = chosen.from === "force" && this.base > 0;
    if (this.isWaiting) this.say("lost", "warn", this.t("Lost"));
    else this.unsay("lost");
    for (const f of this.setUp?.findings ?? []) this.say(f.code, "warn", `${this.t.of(f.problem)} ${this.t.of(f.mend)}`);
    this.go(location.hash.slice(1).split("/"));
    this.check();
    return undefined;
  }

  /** Connections of cameras and what else lies in a draft. Passwords are in no draft. */
  takeAccess(kept) {
    const known = (this.setUp?.cameras ?? []).map(({ hasPassword, source, ...c }) => ({ ...c, password: null, hasPassword, source }));
    this.access = kept?.access
      ? kept.access.map((a) => ({ ...a, hasPassword: known.find((k) => k.id === a.id)?.hasPassword ?? false }))
      : known;
    this.virtual = kept?.virtual ?? [];
    this.reason ||= kept?.reason ?? "";
    const background = kept ? kept.background : this.setUp?.background;
    this.scan = background
      ? { ...background, height: background.height ?? background.width, url: this.api.pictureAddress(background.picture) }
      : null;
  }

  change(map, kind = null) {
    if (!map || map === this.map) return;
    this.past = history.record(this.past, map, kind);
    this.changed();
  }

  /** After any change of map, cameras or virtual cameras: keep, look, draw. */
  changed() {
    this.isSaved = false;
    if (!draft.keep(this.place, this.draftNow())) this.say("kept", "warn", this.t("NothingKept"));
    this.keepThere();
    this.check();
    this.draw();
  }

  settle() {
    this.past = history.settle(this.past);
    this.draw();
  }

  draftNow() {
    return {
      version: 1,
      at: new Date().toISOString(),
      base: this.base,
      map: this.map,
      access: this.access.map(({ password, ...a }) => a),
      virtual: this.virtual,
      reason: this.reason,
      background: this.background(),
    };
  }

  background() {
    if (!this.scan?.picture) return null;
    const { picture, left, bottom, width, height } = this.scan;
    return { picture, left, bottom, width, height, rotationDeg: 0 };
  }

  async sendDraft() {
    const answer = await this.api.put("draft", this.draftNow());
    this.heard(answer);
  }

  async ask() {
    if (!this.map) return;
    const asked = this.map;
    const answer = await this.api.post("check", { map: asked, virtualCameras: this.virtual, heatMap: this.step !== "calibrate" });
    if (!this.heard(answer) || !answer.ok) return;
    this.checked = answer.value;
    this.checkedMap = asked;
    this.steps[this.step].judged?.();
    this.draw();
  }

  /** Takes note of whether the agent answers. What was asked in vain is asked again until it does. */
  heard(answer) {
    if (answer.isLoggedOut) this.say("lost", "bad", this.t("LoggedOut"));
    else if (answer.isLost || answer.status === 503) {
      this.say("lost", "warn", this.t("Lost"));
      clearTimeout(this.retry);
      this.retry = setTimeout(() => {
        this.check();
        this.keepThere.now();
      }, RETRY_MS);
    } else if (this.notices.has("lost")) {
      clearTimeout(this.retry);
      this.unsay("lost");
      this.say("draft", "good", this.t("BackAgain"));
    }

    return !answer.isLost;
  }

  undo() {
    this.past = history.undo(this.past);
    this.changed();
  }
  redo() {
    this.past = history.redo(this.past);
    this.changed();
  }

  takeOutline(points) {
    const found = checkedOutline(points);
    if (found.problem) this.say("outline", "bad", this.t.problem(found.problem));
    else this.unsay("outline");
    if (found.points) this.change(model.withOutline(this.map, found.points));
    return found;
  }

  changeVirtual(index, value) {
    this.virtual = this.virtual.map((v, i) => (i === index ? value : v));
    this.changed();
  }

  // ——— what is said ———

  say(key, level, text, acts = []) {
    this.notices.set(key, { level, text, acts });
    this.draw();
  }

  unsay(key) {
    this.notices.delete(key);
  }

  failed(text) {
    bring(
      this,
      h(
        "room-set-up",
        Object.fromEntries([...this.attributes].map((a) => [a.name, a.value])),
        h("p", { class: "notice bad", role: "alert" }, text),
      ),
    );
  }

  get findings() {
    return [...(this.refusal?.findings ?? []), ...(this.checked?.findings ?? [])];
  }

  verdictOf(id) {
    const s = this.checked?.stations.find((x) => x.station === id);
    return s ? (s.passes ? "is-yes" : "is-no") : "";
  }

  cameraName(id) {
    return model.camera(this.map, id)?.name || this.virtual.find((v) => v.id === id)?.name || id;
  }
  virtualName(v) {
    return v.name || v.id;
  }

  // ——— selection and steps ———

  isSelected(kind, id) {
    return this.selection.kind === kind && this.selection.ids.includes(id);
  }

  select(kind, ids) {
    this.selection = { kind, ids };
    this.past = history.settle(this.past);
    this.draw();
  }

  toggle(kind, id) {
    const ids = this.selection.kind === kind ? this.selection.ids : [];
    this.select(kind, ids.includes(id) ? ids.filter((x) => x !== id) : [...ids, id]);
  }

  removeSelected(corner = null) {
    const { kind, ids } = this.selection;
    if (corner !== null) {
      const without = (outline) => (outline.length > 3 ? outline.toSpliced(corner, 1) : outline);
      this.change(
        kind === "obstacle"
          ? model.changeObstacle(this.map, ids[0], { outline: without(model.obstacles(this.map)[ids[0]].outline) })
          : model.withOutline(this.map, without(this.map.room.outline)),
      );
    } else if (kind === "station" && ids.length > 0) {
      this.change(model.removeStations(this.map, ids));
      this.select("room", []);
    } else if (kind === "obstacle") {
      this.change(model.removeObstacle(this.map, ids[0]));
      this.select("room", []);
    }
  }

  go([step, detail]) {
    this.step = step in this.steps ? step : this.setUp && model.pointsOf(this.map, this.map.cameras[0]?.id).length > 0 ? "result" : "plan";
    this.steps[this.step].enter?.(detail);
    if (!this.querySelector(".set-up-steps")) this.textContent = "";
    this.draw();
    this.check();
  }

  // ——— drawing ———

  draw() {
    if (!this.map || this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      if (!this.isConnected) return;
      const wanted = h(
        "room-set-up",
        Object.fromEntries([...this.attributes].map((a) => [a.name, a.value])),
        this.head(),
        this.said(),
        h("div", { class: `set-up-step is-${this.step}`, "data-key": this.step }, this.steps[this.step].build()),
        this.foot(),
      );
      bring(this, wanted);
    });
  }

  head() {
    const { t } = this;
    return h(
      "nav",
      { class: "set-up-steps", "aria-label": t("Steps") },
      STEPS.map(([name], i) =>
        h(
          "a",
          {
            href: addressOf(name),
            class: name === this.step ? "active" : null,
            "aria-current": name === this.step ? "step" : null,
            "data-act": "step",
            "data-arg": name,
            "data-key": name,
          },
          h("span", { class: "number", "aria-hidden": "true" }, i + 1),
          t(`Step-${name}`),
        ),
      ),
    );
  }

  said() {
    return h(
      "div",
      { class: "set-up-said", role: "status", "aria-live": "polite" },
      [...this.notices].map(([key, { level, text, acts }]) =>
        h(
          "p",
          { class: `notice ${level}`, "data-key": key, "data-notice": key },
          h("span", {}, text),
          acts.map(([act, label]) => h("button", { type: "button", "data-act": act }, label)),
          key === "draft" && this.setUp && h("button", { type: "button", "data-act": "drop-draft" }, this.t("DropDraft")),
          h("button", { type: "button", class: "plain", "data-act": "unsay", "data-arg": key, "aria-label": this.t("Close") }, "×"),
        ),
      ),
    );
  }

  foot() {
    const { t } = this;
    return h(
      "form",
      { class: "set-up-save", "data-submit": "save", "aria-label": t("Save") },
      h(
        "div",
        { class: "undo" },
        h("button", { type: "button", "data-act": "undo", disabled: !history.canUndo(this.past), title: t("UndoKey") }, `↶ ${t("Undo")}`),
        h("button", { type: "button", "data-act": "redo", disabled: !history.canRedo(this.past), title: t("RedoKey") }, `↷ ${t("Redo")}`),
      ),
      h(
        "label",
        {},
        t("Reason"),
        h("input", { name: "reason", maxlength: 1000, value: this.reason, "data-text": "reason", placeholder: t("ReasonExample") }),
      ),
      h("button", { type: "submit", class: "primary", disabled: this.isSaving }, this.isSaving ? t("Saving") : t("Save")),
      this.signButton(),
      h("span", { class: "state" }, this.isSaved ? t("StateSaved", this.base) : t("StateDraft", this.base)),
    );
  }

  /** Beside the result and the versions, where a person has seen what is to be signed: one press saves what is not saved, and signs it. */
  signButton() {
    const { t } = this;
    const isSigned = this.isSaved && this.setUp?.inForce?.signature;
    if (!["result", "versions"].includes(this.step) || isSigned) return null;
    return h(
      "button",
      { type: "submit", value: "sign", disabled: this.isSaving, title: t("SignHelp") },
      this.isSaved ? t("SignVersion", this.base) : t("SaveAndSign"),
    );
  }

  // ——— events ———

  onClick(event) {
    const on = event.target.closest("[data-act]");
    if (!on || on.disabled || !this.contains(on)) return;
    const { act, arg } = on.dataset;
    if (act === "step") {
      event.preventDefault();
      if (location.hash !== `#${arg}`) window.history.pushState(null, "", addressOf(arg));
      this.go([arg]);
      return;
    }

    const own = {
      undo: () => this.undo(),
      redo: () => this.redo(),
      unsay: () => {
        this.unsay(arg);
        this.draw();
      },
      "take-theirs": () => this.resolve(false),
      "keep-mine": () => this.resolve(true),
      "drop-draft": () => this.dropDraft(),
    }[act];
    if (own) own();
    else this.steps[this.step].act?.(act, arg, on, event);
  }

  onChange(event) {
    if (event.target.dataset.text === "reason") return;
    const { set } = event.target.dataset;
    if (set) this.steps[this.step].set?.(set, event.target, event);
  }

  onInput(event) {
    const { text, live } = event.target.dataset;
    if (text === "reason") this.reason = event.target.value;
    else if (live) this.steps[this.step].set?.(live, event.target, event);
  }

  onSubmit(event) {
    event.preventDefault();
    const { submit } = event.target.dataset;
    if (submit === "save") this.save(event.submitter?.value === "sign");
    else this.steps[this.step].submit?.(submit, event.target, new FormData(event.target));
  }

  onKey(event) {
    const isWriting = event.target.matches?.("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && !isWriting && ["z", "y", "Z"].includes(event.key)) {
      event.preventDefault();
      if (event.key === "z" && !event.shiftKey) this.undo();
      else this.redo();
      return;
    }

    if (!isWriting && this.steps[this.step].key?.(event)) event.preventDefault();
  }

  onDown(event) {
    if (event.button > 0) return;
    this.steps[this.step].pointer?.("down", event);
  }
}

customElements.define("room-set-up", RoomSetUp);
