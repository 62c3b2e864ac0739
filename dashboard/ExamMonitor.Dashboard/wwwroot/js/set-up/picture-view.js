// A camera's picture: points are put and dragged under a magnifier, stations are drawn into it, regions and masks are drawn by hand.
import { h } from "./dom.js";
import { distance } from "./geometry.js";
import { project } from "./lens.js";
import * as model from "./model.js";

const FINGER_PX = 22;
// A drag that begins this near takes the point; the chosen one already from a finger's width away.
const NEAR_PX = 10;
// A tap this near is meant for the point itself; any other one marks a new point.
const ON_PX = 5;
const MOVED_PX = 4;
const GLASS_PX = 84;
const GLASS_ZOOM = 4;
const MISS_TIMES = 10;
const STEP = 0.5;
const BIG_STEP = 5;
const REST_MS = 500;

export class PictureView {
  constructor(app, owner) {
    [this.app, this.owner] = [app, owner];
    this.mode = "points";
    this.at = null;
    this.cursor = null;
    this.drawing = [];
    this.restsUntil = 0;
  }

  get svg() {
    return this.app.querySelector("svg[data-view=picture]");
  }
  get camera() {
    return model.camera(this.app.map, this.owner.id);
  }

  /** Units of the picture in a pixel of the screen. */
  get scale() {
    const width = this.svg?.getBoundingClientRect().width;
    return width ? this.camera.image.width / width : 1;
  }

  build() {
    const { app, camera, scale: k } = this;
    const { t } = app;
    const { width, height } = camera.image;
    const href = this.owner.pictureOf(camera);
    return h(
      "svg:svg",
      {
        class: `set-up-picture mode-${this.mode} ${href ? "" : "is-empty"}`,
        viewBox: `0 0 ${width} ${height}`,
        role: "group",
        tabindex: 0,
        "aria-label": t("PictureOf", app.cameraName(camera.id)),
        "aria-describedby": "picture-help",
        "data-view": "picture",
        "data-key": `picture-${camera.id}`,
      },
      href
        ? h("image", { href, width, height, "data-key": href })
        : h("text", { class: "none", x: width / 2, y: height / 2, "font-size": 16 * k }, t("NoPictureYet")),
      this.masks(),
      this.stations(k),
      this.owner
        .seenPlates()
        .map((p) => p.corners.length > 2 && h("polygon", { class: "plate", points: p.corners.map((c) => c.join(",")).join(" ") })),
      this.hint(k),
      this.points(k),
      this.unfinished(k),
      this.cross(k),
      this.glass(k, href),
    );
  }

  masks() {
    return (this.camera.masks ?? []).map((m, i) =>
      h("polygon", { class: "mask", points: m.map((p) => p.join(",")).join(" "), "data-key": `m${i}` }),
    );
  }

  // Worktops as the newest answer of the agent has them in this picture.
  stations(k) {
    const { app, camera } = this;
    return (app.checked?.stations ?? []).flatMap((s) =>
      s.views
        .filter((v) => v.camera === camera.id && v.outline.length > 2)
        .map((v) => {
          const middle = v.outline.reduce(([a, b], [u, w]) => [a + u / v.outline.length, b + w / v.outline.length], [0, 0]);
          return h(
            "g",
            {
              class: `outline ${v.passes ? "is-yes" : "is-no"} ${v.handDrawn ? "by-hand" : ""}`,
              "data-key": `s${s.station}`,
              "data-station": s.station,
              "aria-hidden": "true",
            },
            h("polygon", { class: "casing", points: v.outline.map((p) => p.join(",")).join(" ") }),
            h("polygon", { points: v.outline.map((p) => p.join(",")).join(" ") }),
            h("text", { x: middle[0], y: middle[1], "font-size": 14 * k, dy: "0.35em" }, s.label),
          );
        }),
    );
  }

  points(k) {
    const { app, owner, camera } = this;
    const result = app.checked?.cameras.find((c) => c.camera === camera.id);
    const finger = FINGER_PX * k;
    return model.pointsOf(app.map, camera.id).map((p, i) => {
      const point = result?.points[i];
      const [u, v] = p.pixel;
      const off = point?.projected ? [(point.projected[0] - u) * MISS_TIMES, (point.projected[1] - v) * MISS_TIMES] : null;
      const isSelected = owner.selected === i;
      return h(
        "g",
        {
          class: `point is-${point?.state ?? "unknown"} ${isSelected ? "selected" : ""}`,
          transform: `translate(${u} ${v})`,
          tabindex: 0,
          role: "button",
          "data-kind": "point",
          "data-id": i,
          "data-key": `p${i}`,
          "aria-label": app.t(
            "PointSays",
            i + 1,
            owner.nameOf(p),
            point?.missPx === undefined || point?.missPx === null ? app.t("State-unknown") : app.t(`State-${point.state}`),
          ),
        },
        off && h("line", { class: "miss", x2: off[0], y2: off[1] }),
        h("circle", { class: "hit", r: finger }),
        h("circle", { class: "ring", r: 8 * k }),
        h("svg:path", { class: "cross", d: `M${-13 * k} 0H${-3 * k}M${3 * k} 0H${13 * k}M0 ${-13 * k}V${-3 * k}M0 ${3 * k}V${13 * k}` }),
        h("text", { x: 11 * k, y: -9 * k, "font-size": 13 * k }, i + 1),
      );
    });
  }

  // Where the point to mark is to be expected, once the camera is known.
  hint(k) {
    const { app, camera, owner } = this;
    const pose = app.checked?.cameras.find((c) => c.camera === camera.id)?.pose;
    if (this.mode !== "points" || !owner.target || !pose) return null;
    const at = project(pose, camera.image, owner.target.plan);
    return at && h("circle", { class: "hint", cx: at[0], cy: at[1], r: 26 * k, "data-key": "hint" });
  }

  unfinished(k) {
    if (this.drawing.length === 0) return null;
    return h(
      "g",
      { class: "unfinished" },
      h("polyline", { points: [...this.drawing, ...(this.at ? [this.at] : [])].map((p) => p.join(",")).join(" ") }),
      h("circle", { cx: this.drawing[0][0], cy: this.drawing[0][1], r: 9 * k }),
    );
  }

  // The cursor of the keyboard.
  cross(k) {
    if (!this.cursor) return null;
    const [u, v] = this.cursor;
    return h("svg:path", { class: "cursor", d: `M${u - 18 * k} ${v}H${u + 18 * k}M${u} ${v - 18 * k}V${v + 18 * k}` });
  }

  // The surroundings of the pointer, larger. It stands above the finger, or below it at the upper edge.
  glass(k, href) {
    const at = this.drag ? model.pointsOf(this.app.map, this.camera.id)[this.drag.index]?.pixel : (this.at ?? this.cursor);
    if (!href || !at) return null;
    const { width, height } = this.camera.image;
    const r = GLASS_PX * k;
    const [u, v] = at;
    const x = Math.min(width - r, Math.max(r, u));
    const y = v - r - 40 * k > r ? v - r - 40 * k : v + r + 40 * k;
    return h(
      "g",
      { class: "glass", transform: `translate(${x} ${y})`, "aria-hidden": "true", "data-key": "glass" },
      h("clipPath", { id: "glass-clip" }, h("circle", { r })),
      h("circle", { class: "ground", r }),
      h(
        "g",
        { "clip-path": "url(#glass-clip)" },
        h("image", { href, x: -u * GLASS_ZOOM, y: -v * GLASS_ZOOM, width: width * GLASS_ZOOM, height: height * GLASS_ZOOM }),
      ),
      h("circle", { class: "rim", r }),
      h("svg:path", { class: "aim", d: `M${-r} 0H${-5 * k}M${5 * k} 0H${r}M0 ${-r}V${-5 * k}M0 ${5 * k}V${r}` }),
    );
  }

  place(event) {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const { width, height } = this.camera.image;
    return [Math.min(width, Math.max(0, p.x)), Math.min(height, Math.max(0, p.y))].map((v) => model.round(v, 1));
  }

  /** The marked point that a drag from here takes: the nearest one in reach; null for none. */
  inReach(at) {
    let best = null;
    for (const [index, { pixel }] of model.pointsOf(this.app.map, this.camera.id).entries()) {
      const off = distance(pixel, at) / this.scale;
      if (off <= (index === this.owner.selected ? FINGER_PX : NEAR_PX) && (best === null || off < best.off)) best = { index, pixel, off };
    }

    return best;
  }

  down(event) {
    this.cursor = null;
    const at = this.place(event);
    const near = this.mode === "points" ? this.inReach(at) : null;
    if (near) {
      // The point does not jump under the finger: it keeps its distance from where it was taken.
      this.drag = { index: near.index, from: at, off: [near.pixel[0] - at[0], near.pixel[1] - at[1]], isOn: near.off <= ON_PX };
      this.app.settle();
    } else {
      this.isPressed = true;
      this.at = at;
      this.app.draw();
    }
  }

  move(event) {
    if (this.drag) {
      const at = this.place(event);
      if (!this.drag.hasMoved && distance(at, this.drag.from) < MOVED_PX * this.scale) return;
      // What was said of the points before says nothing of these.
      [this.drag.hasMoved, this.owner.selected, this.owner.message] = [true, this.drag.index, null];
      this.app.change(
        model.movePoint(this.app.map, this.camera.id, this.drag.index, [at[0] + this.drag.off[0], at[1] + this.drag.off[1]]),
        `point${this.drag.index}`,
      );
      return;
    }

    const isOver = event.target.closest?.("svg[data-view=picture]");
    if (!isOver && !this.isPressed) {
      if (this.at) {
        this.at = null;
        this.app.draw();
      }
      return;
    }

    if (event.pointerType === "touch" && !this.isPressed) return;
    this.at = this.place(event);
    this.app.draw();
  }

  up(event) {
    const isEnded = event.type !== "pointercancel";
    if (this.drag) {
      const { index, isOn, hasMoved } = this.drag;
      this.drag = null;
      if (isEnded && !hasMoved && isOn) this.owner.choosePoint(index);
      else if (isEnded && !hasMoved) this.put(this.place(event));
      this.app.settle();
    } else if (this.isPressed) {
      this.isPressed = false;
      if (isEnded) this.put(this.place(event));
      if (event.pointerType === "touch") this.at = null;
      this.app.draw();
    }
  }

  /** Another camera's picture is about to be shown without being asked for: a press of now is not meant for it. */
  rest() {
    [this.isPressed, this.drag, this.at, this.cursor, this.drawing] = [false, null, null, null, []];
    this.restsUntil = performance.now() + REST_MS;
  }

  put(at) {
    if (performance.now() < this.restsUntil) return;
    if (this.mode === "points") this.owner.mark(at);
    else if (this.drawing.length > 2 && distance(this.drawing[0], at) < FINGER_PX * this.scale) this.close();
    else this.drawing = [...this.drawing, at];
    this.app.draw();
  }

  close() {
    const { drawing } = this;
    this.drawing = [];
    if (drawing.length > 2) this.owner.takeDrawing(this.mode, drawing);
  }

  use(mode) {
    [this.mode, this.drawing] = [mode, []];
    this.app.draw();
  }

  key(event) {
    const { app, owner, camera } = this;
    const target = event.target.closest?.("[data-kind=point]");
    const step = event.shiftKey ? BIG_STEP : STEP;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (event.key === "Escape") {
      [this.drawing, this.cursor, this.at, owner.selected] = [[], null, null, null];
      app.draw();
      return true;
    }

    if (target) {
      const index = Number(target.dataset.id);
      const { pixel } = model.pointsOf(app.map, camera.id)[index] ?? {};
      if (by && pixel) app.change(model.movePoint(app.map, camera.id, index, [pixel[0] + by[0], pixel[1] + by[1]]), `point-key${index}`);
      else if (event.key === "Delete" || event.key === "Backspace") owner.remove(index);
      else if (event.key === "Enter" || event.key === " ") {
        owner.selected = index;
        app.draw();
      } else return false;
      return true;
    }

    if (by) {
      const [u, v] = this.cursor ?? [camera.image.width / 2, camera.image.height / 2];
      this.cursor = [Math.min(camera.image.width, Math.max(0, u + by[0] * 4)), Math.min(camera.image.height, Math.max(0, v + by[1] * 4))];
      app.draw();
      return true;
    }

    if (event.key === "Enter" && this.drawing.length > 2 && !this.cursor) {
      this.close();
      app.draw();
      return true;
    }
    if ((event.key === "Enter" || event.key === " ") && this.cursor) {
      this.put(this.cursor);
      return true;
    }
    return false;
  }
}
