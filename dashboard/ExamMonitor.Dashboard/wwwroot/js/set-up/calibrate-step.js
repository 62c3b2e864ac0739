// Step 4: how each camera sees the room. By plates, or point by point: the page says which one is next.
import { h } from "./dom.js";
import { boundsOf, frameOf, pointsText, toDrawing } from "./geometry.js";
import { sees } from "./lens.js";
import * as model from "./model.js";
import { PictureView } from "./picture-view.js";
import { Step } from "./step.js";
import { nextPlace, placeOf, places } from "./suggest.js";
import { numberIn } from "./typed.js";

export class CalibrateStep extends Step {
  constructor(app) {
    super(app);
    this.view = new PictureView(app, this);
    this.skipped = new Map();
    this.taken = new Map();
    this.plates = new Map();
    this.busy = new Set();
    this.seconds = 0;
    this.part = { from: "18:00", to: "06:00" };
  }

  enter(detail) {
    const [id, why] = (detail ?? "").split(",");
    const cameras = this.app.map.cameras.map((c) => c.id);
    this.id = cameras.includes(id) ? id : cameras.includes(this.id) ? this.id : cameras[0];
    this.hasMoved = why === "moved";
    [this.selected, this.chosen] = [null, null];
  }

  get camera() { return model.camera(this.app.map, this.id); }
  get result() { return this.app.checked?.cameras.find((c) => c.camera === this.id); }
  get list() { return places(this.app.map); }

  /** The place that the next click marks. */
  get target() {
    if (this.chosen) return this.chosen;
    const pose = this.result?.kind === "spatial" ? this.result.pose : null;
    const marked = model.pointsOf(this.app.map, this.id).map((p) => p.plan);
    return nextPlace(this.list, marked, this.skipped.get(this.id), pose && ((plan) => sees(pose, this.camera.image, plan)));
  }

  pictureOf(camera) { return camera.reference ? this.app.api.pictureAddress(camera.reference) : null; }
  seenPlates() { return this.plates.get(this.id)?.seen ?? []; }

  nameOf(point) {
    const place = placeOf(this.list, point.plan);
    return place ? this.placeName(place) : this.t("PlaceAt", ...point.plan.map((v) => this.t.number(v)));
  }

  placeName(p) { return this.t(`Place-${p.kind}`, p.of, this.t(p.kind === "station" ? `Corner-${p.corner}` : "CornerN", p.corner + 1)); }

  build() {
    const { app, t } = this;
    if (app.map.cameras.length === 0) return h("section", { class: "card wide" }, h("p", { class: "notice warn" }, t("CalibrateNoCameras")), h("div", {}, h("button", { type: "button", "data-act": "step", "data-arg": "cameras" }, t("Step-cameras"))));
    if (!this.camera) this.enter();
    return [
      h("div", { class: "drawing" }, h("div", { class: "bar" }, this.tabs(), this.tools4()), this.view.build(), h("p", { class: "help", id: "picture-help" }, t(`Picture-${this.view.mode}-help`))),
      h("div", { class: "list" }, this.next(), this.state(), this.points(), this.byHand(), this.pictures()),
    ];
  }

  tabs() {
    const { app } = this;
    return h("div", { class: "camera-tabs", role: "group", "aria-label": this.t("Cameras") }, app.map.cameras.map((c) => {
      const result = app.checked?.cameras.find((x) => x.camera === c.id);
      const mark = result?.kind === "spatial" || result?.kind === "floor-only" ? "✓" : result?.kind === "refused" ? "✗" : "";
      return h("button", { type: "button", "data-act": "camera", "data-arg": c.id, "aria-pressed": String(c.id === this.id), "data-key": c.id }, app.cameraName(c.id), " ", h("span", { class: mark === "✗" ? "is-no" : "is-yes" }, mark));
    }));
  }

  tools4() {
    const { t } = this;
    const isBusy = this.busy.has("plates") || this.busy.has(this.id) || this.busy.has("all");
    return h("div", { class: "tools", role: "toolbar", "aria-label": t("Tools") },
      h("button", { type: "button", class: "primary", "data-act": "plates", disabled: isBusy }, this.busy.has("plates") ? t("LookingForPlates") : t("LookForPlates")),
      h("button", { type: "button", "data-act": "take-all", disabled: isBusy }, this.busy.has("all") ? t("TakingPicture") : t("TakeAll")), h("button", { type: "button", "data-act": "take", disabled: isBusy }, this.busy.has(this.id) ? t("TakingPicture") : t("TakePicture")),
      this.tools([["mode", "points", t("ModePoints")], ["mode", "region", t("ModeRegion")], ["mode", "mask", t("ModeMask")]], this.view.mode));
  }

  next() {
    const { app, t, target } = this;
    const moved = this.hasMoved || app.findings.some((f) => f.camera === this.id && f.code === "camera-moved");
    const carry = model.pointsOf(app.map, this.id).length > 0 && h("button", { type: "button", class: moved ? "primary" : null, "data-act": "carry", disabled: this.busy.has(this.id) }, t("CarryOver"));
    return h("section", { class: "card next", "data-key": "next" }, moved && h("p", { class: "notice warn" }, t("CameraMoved")), moved && carry,
      this.view.mode === "region" ? this.regionChoice() : this.view.mode === "mask" ? h("p", {}, t("MaskHelp")) : target
        ? [h("p", { class: "target", role: "status", "data-target": target.key ?? "own" }, t("MarkNext", target.key ? this.placeName(target) : t("PlaceAt", ...target.plan.map((v) => t.number(v))))), this.miniPlan(target),
          h("div", { class: "actions" }, h("button", { type: "button", "data-act": "skip" }, t("Skip")), !moved && carry)]
        : h("p", {}, t("NoMorePlaces")),
      this.message && h("p", { class: `notice ${this.message.level}`, role: "alert", "data-message": this.message.level }, this.message.text));
  }

  // The room from above with the point that is to be marked; a click chooses another one.
  miniPlan(target) {
    const { app, t } = this;
    const frame = frameOf(boundsOf(app.map, [target.plan.slice(0, 2)]), 0.6);
    const marked = model.pointsOf(app.map, this.id);
    const r = frame.width / 110;
    const [tx, ty] = toDrawing(frame, target.plan);
    return h("svg:svg", { class: "mini-plan", viewBox: `0 0 ${frame.width} ${frame.height}`, role: "group", "aria-label": t("MiniPlan"), "data-view": "mini" },
      h("polygon", { class: "floor", points: pointsText(frame, app.map.room.outline) }),
      app.map.stations.map((s) => {
        const [x, y] = toDrawing(frame, s.center);
        const corners = model.cornersOf(s);
        return h("g", { class: target.station === s.id ? "selected" : null }, h("polygon", { class: "worktop", points: pointsText(frame, corners) }), h("polyline", { class: "front", points: pointsText(frame, corners.slice(0, 2)) }), h("text", { x, y, dy: "0.35em", "font-size": Math.min(40, s.size[1] * 60) }, s.label));
      }),
      this.list.filter((p) => p.kind !== "top").map((p) => {
        const [x, y] = toDrawing(frame, p.plan);
        const isMarked = marked.some((m) => Math.hypot(m.plan[0] - p.plan[0], m.plan[1] - p.plan[1]) < 0.002);
        return h("g", { class: `place ${isMarked ? "is-marked" : ""}`, "data-act": "choose", "data-arg": p.key, "data-key": p.key, transform: `translate(${x} ${y})` }, h("circle", { class: "hit", r: r * 2.6 }), h("circle", { class: "dot", r: r * 0.9 }));
      }),
      h("g", { class: "aimed", transform: `translate(${tx} ${ty})`, "data-key": "aimed" }, h("circle", { r: r * 2.6 }), h("circle", { class: "dot", r: r * 1.2 })));
  }

  state() {
    const { t, result } = this;
    const share = result?.heldOutShare;
    return h("section", { class: "card", "data-key": "state", "aria-labelledby": "state-title" }, h("h2", { id: "state-title" }, t("CalibrationOf", this.app.cameraName(this.id))),
      h("p", { class: `notice ${result?.kind === "spatial" ? "good" : result?.kind === "refused" ? "bad" : "unknown"}`, "data-kind-of": result?.kind ?? "none" }, t(`Kind-${result?.kind ?? "none"}`)),
      result?.refusal && h("p", { class: "notice bad", role: "alert" }, t.of(result.refusal)),
      result?.rmsPx !== undefined && result?.rmsPx !== null && h("dl", { class: "fact-list" }, h("div", {}, h("dt", {}, t("Rms")), h("dd", { "data-rms": result.rmsPx }, `${t.number(result.rmsPx, 2)} px`)), h("div", {}, h("dt", {}, t("HeldOut")), h("dd", { "data-held-out": share ?? "" }, share === null || share === undefined ? "–" : `${t.number(result.heldOutRmsPx, 2)} px (${t.number(share * 100, 2)} %)`))),
      (result?.remarks ?? []).map((r) => h("p", { class: "notice unknown" }, t.of(r))),
      this.findings([...(this.taken.get(this.id)?.findings ?? []), ...(this.plates.get(this.id)?.findings ?? []), ...(this.plateFindings ?? []), ...this.app.findings.filter((f) => f.camera === this.id && (f.point === undefined || f.point === null) && f.code !== "calibration-refused" && f.code !== "calibration-remark")]));
  }

  points() {
    const { app, t, result } = this;
    const points = model.pointsOf(app.map, this.id);
    return h("details", { class: "card", open: true, "data-key": "points" }, h("summary", {}, h("h2", {}, t("PointsN", points.length))),
      h("ol", { class: "points-list" }, points.map((p, i) => {
        const point = result?.points[i];
        const state = point?.state ?? "unknown";
        return h("li", { class: `is-${state} ${this.selected === i ? "selected" : ""}`, "data-key": i, "data-point": i, "data-state": state },
          h("button", { type: "button", class: "row-head", "data-act": "select-point", "data-arg": i, "aria-pressed": String(this.selected === i) }, h("strong", {}, i + 1), h("span", {}, this.nameOf(p)), h("span", { class: "figures" }, point?.missPx === null || point?.missPx === undefined ? "–" : `${t.number(point.missPx, 1)} px${point.missCm ? ` · ${t.number(point.missCm, 0)} cm` : ""}`)),
          state !== "fits" && state !== "unknown" && h("p", { class: "problem", role: "alert" }, t(`State-${state}`), " ", t.of(point.text)),
          app.findings.filter((f) => f.camera === this.id && f.point === i && !point?.text).map((f) => h("p", { class: "problem" }, t.of(f.problem), " ", t.of(f.mend))),
          this.selected === i && h("div", { class: "edit" }, this.field(`p.${i}.x`, "x", p.plan[0]), this.field(`p.${i}.y`, "y", p.plan[1]), this.field(`p.${i}.z`, t("Above"), p.plan[2]), this.field(`p.${i}.u`, "u", p.pixel[0], { unit: "px" }), this.field(`p.${i}.v`, "v", p.pixel[1], { unit: "px" }),
            h("div", { class: "actions wide" }, h("button", { type: "button", "data-act": "remove-point", "data-arg": i }, t("Remove")))));
      })),
      h("form", { class: "edit", "data-submit": "own", "aria-label": t("OwnPoint") }, h("p", { class: "help wide" }, t("OwnPointHelp")), ["x", "y", "z"].map((a) => h("label", {}, a === "z" ? t("Above") : a, h("input", { name: a, inputmode: "decimal", autocomplete: "off" }))),
        this.ownProblem && h("p", { class: "notice bad wide", role: "alert" }, t.problem(this.ownProblem)), h("div", { class: "wide" }, h("button", { type: "submit" }, t("OwnPoint")))));
  }

  regionChoice() {
    const { app, t } = this;
    this.station ??= app.map.stations[0]?.id;
    return [h("label", {}, t("RegionOf"), h("select", { "data-set": "station" }, app.map.stations.map((s) => h("option", { value: s.id, selected: s.id === this.station }, s.label)))), h("p", { class: "help" }, t("RegionHelp"))];
  }

  byHand() {
    const { app, t } = this;
    const regions = app.map.stations.filter((s) => s.regions?.[this.id]);
    const masks = this.camera.masks ?? [];
    if (regions.length + masks.length === 0) return null;
    return h("section", { class: "card", "data-key": "by-hand" }, h("h2", {}, t("ByHand")), h("ul", { class: "stations-list" },
      regions.map((s) => h("li", { "data-key": `r${s.id}` }, t("RegionN", s.label), " ", h("button", { type: "button", "data-act": "remove-region", "data-arg": s.id }, t("Remove")))),
      masks.map((_, i) => h("li", { "data-key": `m${i}` }, t("MaskN", i + 1), " ", h("button", { type: "button", "data-act": "remove-mask", "data-arg": i }, t("Remove"))))));
  }

  pictures() {
    const { t, camera } = this;
    return h("details", { class: "card", "data-key": "pictures" }, h("summary", {}, h("h2", {}, t("Pictures"))),
      h("p", { class: "help" }, t("ReferenceNow", camera.reference ?? "–")),
      h("label", {}, t("TakeOver"), h("select", { "data-set": "seconds" }, [[0, t("TakeOne")], [10, t("TakeTen")], [30, t("TakeThirty")]].map(([v, label]) => h("option", { value: v, selected: v === this.seconds }, label)))),
      h("label", { class: "file" }, t("BringPicture"), h("input", { type: "file", accept: "image/png,image/jpeg", "data-set": "brought" })),
      h("h3", {}, t("PartsOfDay")), h("p", { class: "help" }, t("PartsOfDayHelp")),
      h("ul", {}, (camera.references ?? []).map((r, i) => h("li", { "data-key": i }, `${r.from}–${r.to} `, h("button", { type: "button", "data-act": "remove-part", "data-arg": i }, t("Remove"))))),
      h("form", { class: "edit", "data-submit": "part", "aria-label": t("TakePart") }, h("label", {}, t("PartFrom"), h("input", { name: "from", type: "time", required: true, value: this.part.from })), h("label", {}, t("PartTo"), h("input", { name: "to", type: "time", required: true, value: this.part.to })), h("div", { class: "wide" }, h("button", { type: "submit", disabled: this.busy.has(this.id) }, t("TakePart")))));
  }

  // ——— acts ———

  mark(pixel) {
    const { app, target } = this;
    if (!target || !this.camera.reference) { this.message = { level: "bad", text: this.t(target ? "TakeFirst" : "NoMorePlaces") }; return; }
    this.message = null;
    [this.chosen, this.selected] = [null, null];
    app.change(model.addPoint(app.map, this.id, target.plan, pixel));
  }

  drawn(mode, polygon) {
    const { app } = this;
    if (mode === "mask") app.change(model.withMasks(app.map, this.id, [...(this.camera.masks ?? []), polygon]));
    else if (this.station) app.change(model.withRegion(app.map, this.station, this.id, polygon));
  }

  remove(index) {
    this.selected = null;
    this.app.change(model.removePoint(this.app.map, this.id, index));
  }

  pointer(kind, event) {
    if (!this.camera || (kind === "down" && !event.target.closest("svg[data-view=picture]"))) return;
    this.view[kind](event);
  }

  key(event) {
    if (!this.camera) return false;
    if (event.key.toLowerCase() === "s" && !event.ctrlKey && this.view.mode === "points") { this.act("skip"); return true; }
    return event.target.closest?.("svg[data-view=picture]") || event.key === "Escape" ? this.view.key(event) : false;
  }

  act(name, arg) {
    const { app } = this;
    const acts = {
      camera: () => { this.enter(arg); window.history.replaceState(null, "", `#calibrate/${arg}`); app.draw(); },
      mode: () => this.view.use(arg), choose: () => { this.chosen = this.list.find((p) => p.key === arg); app.draw(); }, skip: () => this.skip(),
      "select-point": () => { this.selected = this.selected === Number(arg) ? null : Number(arg); app.draw(); }, "remove-point": () => this.remove(Number(arg)),
      "remove-region": () => app.change(model.withRegion(app.map, arg, this.id, null)), "remove-mask": () => app.change(model.withMasks(app.map, this.id, this.camera.masks.toSpliced(Number(arg), 1))),
      "remove-part": () => app.change(model.changeCamera(app.map, this.id, { references: this.camera.references.toSpliced(Number(arg), 1) })), take: () => this.take(this.id), "take-all": () => this.takeAll(), plates: () => this.findPlates(), carry: () => this.carryOver(),
    };
    acts[name]?.();
  }

  skip() {
    const { target } = this;
    if (target?.key) this.skipped.set(this.id, new Set([...(this.skipped.get(this.id) ?? []), target.key]));
    this.chosen = null;
    this.app.draw();
  }

  set(name, input) {
    if (name === "station") this.station = input.value;
    else if (name === "seconds") this.seconds = Number(input.value);
    else if (name === "brought") this.bring(input);
    else if (name.startsWith("p.")) this.setPoint(name, input);
    this.app.draw();
  }

  setPoint(name, input) {
    const { app } = this;
    const [, index, axis] = name.split(".");
    const isPixel = axis === "u" || axis === "v";
    const value = this.read(name, input, isPixel ? 0 : -200, isPixel ? 16384 : 200);
    if (value === null) return;
    app.change(model.withPoints(app.map, this.id, model.pointsOf(app.map, this.id).map((p, i) => {
      if (i !== Number(index)) return p;
      return isPixel ? { ...p, pixel: p.pixel.with(axis === "u" ? 0 : 1, value) } : { ...p, plan: p.plan.with("xyz".indexOf(axis), value) };
    })));
  }

  submit(name, form, data) {
    if (name === "part") {
      this.part = { from: String(data.get("from")), to: String(data.get("to")) };
      this.take(this.id, this.part);
      return;
    }

    const values = ["x", "y", "z"].map((a) => numberIn(String(data.get(a)), -200, 200));
    this.ownProblem = values.find((v) => v.problem)?.problem ?? null;
    if (!this.ownProblem) this.chosen = { plan: values.map((v) => model.round(v.value)) };
    this.app.draw();
  }

  /** A refusal as one sentence. */
  why(answer) {
    const { t } = this;
    if (answer.isLost && !answer.act) return t("Lost");
    if (answer.status === 404) return t("SaveFirst");
    return answer.value?.findings?.map((f) => `${t.of(f.problem)} ${t.of(f.mend)}`).join(" ") || answer.value?.detail || t(answer.status === 503 ? "NothingArrives" : "PictureRefused");
  }

  async take(id, part = null) {
    const { app } = this;
    this.busy.add(id);
    this.message = null;
    app.draw();
    const answer = await app.api.post(`cameras/${id}/pictures?seconds=${this.seconds}`);
    this.busy.delete(id);
    if (!answer.ok) this.message = { level: "bad", text: this.why(answer) };
    else this.took(id, answer.value, part);
    app.draw();
    return answer.ok;
  }

  took(id, taken, part = null) {
    const { app } = this;
    this.taken.set(id, taken);
    const c = model.camera(app.map, id);
    if (part) {
      app.change(model.changeCamera(app.map, id, { references: [...(c.references ?? []).filter((r) => r.from !== part.from), { ...part, picture: taken.name }] }));
      return;
    }

    // Points follow the size of the picture: the same camera at another size shows the same view.
    const [su, sv] = [taken.size.width / c.image.width, taken.size.height / c.image.height];
    const map = model.changeCamera(app.map, id, { reference: taken.name, image: taken.size });
    app.change(su === 1 && sv === 1 ? map : model.withPoints(map, id, model.pointsOf(map, id).map((p) => ({ ...p, pixel: [p.pixel[0] * su, p.pixel[1] * sv] }))));
  }

  async takeAll() {
    this.busy.add("all");
    for (const c of this.app.map.cameras) if (!(await this.take(c.id))) break;
    this.busy.delete("all");
    this.app.draw();
  }

  async bring(input) {
    const [file] = input.files;
    if (!file) return;
    input.value = "";
    const answer = await this.app.api.post(`cameras/${this.id}/pictures/brought`, file);
    if (!answer.ok) this.message = { level: "bad", text: this.why(answer) };
    else this.took(this.id, answer.value);
    this.app.draw();
  }

  async findPlates() {
    const { app, t } = this;
    this.busy.add("plates");
    [this.message, this.plateFindings] = [null, null];
    app.draw();
    const sent = app.map;
    const answer = await app.api.post("calibrate-from-plates", { map: sent });
    this.busy.delete("plates");
    if (!answer.ok) this.message = { level: "bad", text: this.why(answer) };
    else {
      this.plateFindings = answer.value.findings;
      let { map } = app;
      for (const c of answer.value.cameras) {
        this.plates.set(c.camera, { seen: c.seen, findings: c.findings });
        if (c.picture) this.taken.set(c.camera, c.picture);
        if (model.camera(map, c.camera)) map = model.changeCamera(map, c.camera, c.calibrated);
      }

      app.change(map);
      this.message = { level: "good", text: t("PlatesFound", answer.value.cameras.reduce((n, c) => n + c.seen.length, 0), answer.value.cameras.length) };
    }

    app.draw();
  }

  async carryOver() {
    const { app, t } = this;
    const { id } = this;
    this.busy.add(id);
    this.message = null;
    app.draw();
    const regions = Object.fromEntries(app.map.stations.filter((s) => s.regions?.[id]).map((s) => [s.id, s.regions[id]]));
    const answer = await app.api.post(`cameras/${id}/carry-over`, { camera: this.camera, regions });
    this.busy.delete(id);
    if (!answer.ok) this.message = { level: "bad", text: this.why(answer) };
    else {
      const { found, picture, camera, lost, text } = answer.value;
      this.taken.set(id, picture);
      let map = found ? model.changeCamera(app.map, id, camera) : model.changeCamera(app.map, id, { reference: picture.name, image: picture.size, calibration: null });
      for (const [station, region] of Object.entries(found ? answer.value.regions : {})) map = model.withRegion(map, station, id, region);
      app.change(map);
      this.hasMoved = false;
      this.message = { level: found ? "good" : "warn", text: `${t.of(text)} ${lost.length > 0 ? t("PointsLost", lost.map((n) => n + 1).join(", ")) : ""}` };
    }

    app.draw();
  }
}
