// Step 4: how each camera sees the room. By plates, or point by point: the page says which one is next.
import { addressOf } from "./dom.js";
import { sees } from "./lens.js";
import * as model from "./model.js";
import { PictureView } from "./picture-view.js";
import { mayBeSeen, planeView } from "./plane.js";
import { CalibrateParts } from "./calibrate-parts.js";
import { nextPlace, placeOf, places } from "./suggest.js";
import { numberIn } from "./typed.js";

/** Points that fix a camera well; with them the page goes on to the next one. */
const ENOUGH_POINTS = 10;
const GOOD_SHARE = 0.01;

export class CalibrateStep extends CalibrateParts {
  constructor(app) {
    super(app);
    this.view = new PictureView(app, this);
    this.skipped = new Map();
    this.taken = new Map();
    this.plates = new Map();
    this.busy = new Set();
    this.finished = new Set();
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

  get camera() {
    return model.camera(this.app.map, this.id);
  }
  get result() {
    return this.app.checked?.cameras.find((c) => c.camera === this.id);
  }
  get list() {
    return places(this.app.map);
  }

  /** The place that the next click marks. */
  get target() {
    if (this.chosen) return this.chosen;
    const pose = this.result?.kind === "spatial" ? this.result.pose : null;
    const points = model.pointsOf(this.app.map, this.id);
    const lowest = points.reduce((low, p) => (low === null || p.pixel[1] > low.pixel[1] ? p : low), null);
    const level = pose ? null : planeView(points, this.camera.image);
    const seen = pose ? (plan) => sees(pose, this.camera.image, plan) : level && ((plan) => mayBeSeen(level, plan));
    return nextPlace(
      this.list,
      points.map((p) => p.plan),
      this.skipped.get(this.id),
      seen,
      lowest?.plan ?? null,
    );
  }

  pictureOf(camera) {
    return camera.reference ? this.app.api.pictureAddress(camera.reference) : null;
  }
  seenPlates() {
    return this.plates.get(this.id)?.seen ?? [];
  }

  nameOf(point) {
    const place = placeOf(this.list, point.plan);
    return place ? this.placeName(place) : this.t("PlaceAt", ...point.plan.map((v) => this.t.number(v)));
  }

  placeName(p) {
    return this.t(`Place-${p.kind}`, p.of, this.t(p.kind === "station" ? `Corner-${p.corner}` : "CornerN", p.corner + 1));
  }

  // ——— acts ———

  mark(pixel) {
    const { app, target } = this;
    if (!target || !this.camera.reference) {
      this.message = { level: "bad", text: this.t(target ? "TakeFirst" : "NoMorePlaces") };
      return;
    }
    this.message = null;
    [this.chosen, this.selected, this.marking] = [null, null, this.id];
    app.change(model.addPoint(app.map, this.id, target.plan, pixel));
  }

  /** A tap on a marked point: it can be dragged from farther away now. What lies this near to it is marked by sliding. */
  choosePoint(index) {
    const { target } = this;
    this.selected = index;
    this.message = target && {
      level: "unknown",
      text: this.t("PointChosen", index + 1, target.key ? this.placeName(target) : this.t("PlaceAt", ...target.plan)),
    };
  }

  /** After each answer of the agent: a camera that has enough points, all of them fitting, gives way to the next one; once. */
  judged() {
    const { app, id, result } = this;
    const n = model.pointsOf(app.map, id).length;
    if (this.marking !== id || this.finished.has(id) || app.checkedMap !== app.map || n < ENOUGH_POINTS) return;
    if (result?.kind !== "spatial" || !(result.heldOutShare <= GOOD_SHARE) || result.points.some((p) => p.state !== "fits")) return;
    this.finished.add(id);
    this.marking = null;
    const isSolved = (c) => app.checked.cameras.some((r) => r.camera === c.id && /^(spatial|floor-only)$/.test(r.kind));
    const open = app.map.cameras.filter((c) => !isSolved(c));
    const next = open.find((c) => app.map.cameras.indexOf(c) > app.map.cameras.indexOf(this.camera)) ?? open[0];
    const [name, share] = [app.cameraName(id), this.t.number(result.heldOutShare * 100, 2)];
    this.message = {
      level: "good",
      text: next ? this.t("CameraDone", name, n, share, app.cameraName(next.id)) : this.t("CamerasDone", name, n, share),
    };
    if (!next) return;
    this.view.rest();
    this.enter(next.id);
    window.history.replaceState(null, "", addressOf(`calibrate/${next.id}`));
  }

  takeDrawing(mode, polygon) {
    const { app } = this;
    if (mode === "mask") app.change(model.withMasks(app.map, this.id, [...(this.camera.masks ?? []), polygon]));
    else if (this.station) app.change(model.withRegion(app.map, this.station, this.id, polygon));
  }

  remove(index) {
    [this.selected, this.message] = [null, null];
    this.app.change(model.removePoint(this.app.map, this.id, index));
  }

  pointer(kind, event) {
    if (!this.camera || (kind === "down" && !event.target.closest("svg[data-view=picture]"))) return;
    this.view[kind](event);
  }

  key(event) {
    if (!this.camera) return false;
    if (event.key.toLowerCase() === "s" && !event.ctrlKey && this.view.mode === "points") {
      this.act("skip");
      return true;
    }
    return event.target.closest?.("svg[data-view=picture]") || event.key === "Escape" ? this.view.key(event) : false;
  }

  act(name, arg) {
    const { app } = this;
    const acts = {
      camera: () => {
        this.view.restsUntil = 0;
        this.enter(arg);
        window.history.replaceState(null, "", addressOf(`calibrate/${arg}`));
        app.draw();
      },
      mode: () => this.view.use(arg),
      choose: () => {
        this.chosen = this.list.find((p) => p.key === arg);
        app.draw();
      },
      skip: () => this.skip(),
      "select-point": () => {
        this.selected = this.selected === Number(arg) ? null : Number(arg);
        app.draw();
      },
      "remove-point": () => this.remove(Number(arg)),
      "remove-region": () => app.change(model.withRegion(app.map, arg, this.id, null)),
      "remove-mask": () => app.change(model.withMasks(app.map, this.id, this.camera.masks.toSpliced(Number(arg), 1))),
      "remove-part": () =>
        app.change(model.changeCamera(app.map, this.id, { references: this.camera.references.toSpliced(Number(arg), 1) })),
      take: () => this.take(this.id),
      "take-all": () => this.takeAll(),
      plates: () => this.findPlates(),
      carry: () => this.carryOver(),
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
    app.change(
      model.withPoints(
        app.map,
        this.id,
        model.pointsOf(app.map, this.id).map((p, i) => {
          if (i !== Number(index)) return p;
          return isPixel
            ? { ...p, pixel: p.pixel.with(axis === "u" ? 0 : 1, value) }
            : { ...p, plan: p.plan.with("xyz".indexOf(axis), value) };
        }),
      ),
    );
  }

  submit(name, form, data) {
    if (name === "part") {
      this.part = { from: String(data.get("from")), to: String(data.get("to")) };
      this.take(this.id, this.part);
      return;
    }

    const values = ["x", "y", "z"].map((a) => numberIn(String(data.get(a)), -200, 200));
    this.ownProblem = values.find((v) => v.problem)?.problem ?? null;
    if (!this.ownProblem) {
      this.chosen = { plan: values.map((v) => model.round(v.value)) };
      form.reset();
    }

    this.app.draw();
  }

  /** A refusal as one sentence. */
  why(answer) {
    const { t } = this;
    if (answer.isLost && !answer.act) return t("Lost");
    if (answer.status === 404) return t("SaveFirst");
    if (answer.status === 413) return t("PictureTooLarge");
    return (
      answer.value?.findings?.map((f) => `${t.of(f.problem)} ${t.of(f.mend)}`).join(" ") ||
      answer.value?.detail ||
      t(answer.status === 503 ? "NothingArrives" : "PictureRefused")
    );
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
    if (part) {
      const c = model.camera(app.map, id);
      app.change(
        model.changeCamera(app.map, id, {
          references: [...(c.references ?? []).filter((r) => r.from !== part.from), { ...part, picture: taken.name }],
        }),
      );
      return;
    }

    app.change(model.changeCamera(model.resized(app.map, id, taken.size), id, { reference: taken.name }));
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
        if (model.camera(map, c.camera))
          map = model.changeCamera(model.resized(map, c.camera, c.calibrated.image), c.camera, c.calibrated);
      }

      app.change(map);
      this.message = {
        level: "good",
        text: t(
          "PlatesFound",
          answer.value.cameras.reduce((n, c) => n + c.seen.length, 0),
          answer.value.cameras.length,
        ),
      };
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
      let map = found
        ? model.changeCamera(app.map, id, camera)
        : model.changeCamera(app.map, id, { reference: picture.name, image: picture.size, calibration: null });
      for (const [station, region] of Object.entries(found ? answer.value.regions : {})) map = model.withRegion(map, station, id, region);
      app.change(map);
      this.hasMoved = false;
      this.message = {
        level: found ? "good" : "warn",
        text: `${t.of(text)} ${lost.length > 0 ? t("PointsLost", lost.map((n) => n + 1).join(", ")) : ""}`,
      };
    }

    app.draw();
  }
}
