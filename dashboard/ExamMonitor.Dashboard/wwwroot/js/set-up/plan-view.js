// The plan as a drawing: what is on it, and what pointers and keys do to it. Everything it does can be done in the list beside it.
import { h } from "./dom.js";
import { boundsOf, distance, frameOf, nearestWall, pointsText, snap, snapTurn, toDrawing, toPlan, turnTowards, UNITS } from "./geometry.js";
import { aimed, aimOf, moved } from "./lens.js";
import * as model from "./model.js";

// Half of a finger's 44 px, in units of the drawing at the shown size.
const FINGER_PX = 22;
const STEP = 0.01;
const BIG_STEP = 0.1;

export class PlanView {
  constructor(app) {
    this.app = app;
    this.tool = "select";
    this.isSnapping = true;
    this.zoom = 1;
    this.centre = null;
    this.drawing = [];
    this.lines = [];
    this.hover = null;
  }

  /** Frame of the whole plan; it stays put while something is dragged. */
  get frame() {
    if (!this.drag) this.whole = frameOf(boundsOf(this.app.map, this.extra()));
    return this.whole;
  }

  extra() {
    const { scan } = this.app;
    const cameras = (this.app.checked?.cameras ?? []).flatMap((c) => (c.pose ? [c.pose.position.slice(0, 2)] : []));
    return [...cameras, ...this.app.virtual.map((v) => v.position.slice(0, 2)), ...(scan ? [[scan.left, scan.bottom], [scan.left + scan.width, scan.bottom + scan.height]] : [])];
  }

  get viewBox() {
    const { width, height } = this.frame;
    const [w, hgt] = [width / this.zoom, height / this.zoom];
    const [cx, cy] = this.centre ? toDrawing(this.frame, this.centre) : [width / 2, height / 2];
    return [cx - w / 2, cy - hgt / 2, w, hgt];
  }

  build() {
    const { app, frame } = this;
    const { t, map } = app;
    const finger = this.finger();
    return h("svg:svg", {
      class: `set-up-plan tool-${this.tool}`, viewBox: this.viewBox.map((v) => v.toFixed(1)).join(" "), role: "group", tabindex: -1, "aria-label": t("PlanDrawing", map.room.name), "data-view": "plan", "data-key": "plan",
    },
    this.scan(), this.grid(), map.room.outline.length > 2 && h("polygon", { class: "floor", points: pointsText(frame, map.room.outline) }),
    app.step === "result" && this.heat(),
    model.obstacles(map).map((o, i) => h("polygon", {
      class: `obstacle ${app.isSelected("obstacle", i) ? "selected" : ""}`, points: pointsText(frame, o.outline), tabindex: 0, role: "button", "aria-label": t("ObstacleN", o.name || i + 1), "data-kind": "obstacle", "data-id": i, "data-key": `o${i}`,
    })),
    map.room.outline.length > 1 && h("svg:polygon", { class: "wall", points: pointsText(frame, map.room.outline) }),
    map.stations.map((s) => this.station(s, finger)), this.corners(finger), this.cameras(), this.unfinished(), this.snapLines(), this.scale());
  }

  finger() {
    const svg = this.app.querySelector("svg[data-view=plan]");
    const px = svg?.getBoundingClientRect().width || 800;
    return (FINGER_PX * this.viewBox[2]) / px;
  }

  station(s, finger) {
    const { app, frame } = this;
    const [x, y] = toDrawing(frame, s.center);
    const [w, d] = s.size.map((v) => v * UNITS);
    const isSelected = app.isSelected("station", s.id);
    const verdict = app.step === "plan" ? "" : app.verdictOf(s.id);
    const reach = Math.max(w, d) / 2 + finger * 1.4;
    return h("g", {
      class: `station ${isSelected ? "selected" : ""} ${verdict}`, transform: `translate(${x} ${y})`, tabindex: 0, role: "button", "aria-pressed": isSelected,
      "aria-label": app.t("StationAt", s.label, app.t.number(s.center[0]), app.t.number(s.center[1]), app.t.number(s.rotationDeg ?? 0, 1)), "data-kind": "station", "data-id": s.id, "data-key": `s${s.id}`,
    },
    h("rect", { class: "hit", x: -Math.max(w / 2, finger), y: -Math.max(d / 2, finger), width: Math.max(w, finger * 2), height: Math.max(d, finger * 2), transform: `rotate(${-(s.rotationDeg ?? 0)})` }),
    h("g", { transform: `rotate(${-(s.rotationDeg ?? 0)})` }, h("rect", { class: "worktop", x: -w / 2, y: -d / 2, width: w, height: d, rx: 4 }), h("line", { class: "front", x1: -w / 2 + 6, y1: d / 2 - 5, x2: w / 2 - 6, y2: d / 2 - 5 }),
      isSelected && app.step === "plan" && h("g", { class: "turner", transform: `translate(0 ${-reach})`, "data-kind": "turn", "data-id": s.id },
        h("line", { y1: reach - d / 2, y2: 0 }), h("circle", { class: "hit", r: finger }), h("circle", { class: "knob", r: finger / 2.4 }))),
    h("text", { class: "label", "font-size": Math.min(34, Math.max(16, d * 0.5)), dy: "0.35em" }, s.label));
  }

  corners(finger) {
    const { app, frame } = this;
    const selected = app.selection;
    const list = app.step !== "plan" || this.tool !== "select" ? [] : selected.kind === "obstacle" ? model.obstacles(app.map)[selected.ids[0]]?.outline ?? [] : selected.kind === "room" ? app.map.room.outline : [];
    return list.map((p, i) => {
      const [x, y] = toDrawing(frame, p);
      return h("g", { class: "corner", transform: `translate(${x} ${y})`, tabindex: 0, role: "button", "aria-label": app.t("CornerAt", i + 1, app.t.number(p[0]), app.t.number(p[1])), "data-kind": "corner", "data-id": i, "data-key": `c${i}` },
        h("circle", { class: "hit", r: finger }), h("circle", { class: "knob", r: finger / 2.4 }));
    });
  }

  cameras() {
    const { app, frame } = this;
    const finger = this.finger();
    const real = (app.checked?.cameras ?? []).filter((c) => c.pose && !c.isVirtual).map((c) => {
      const [x, y] = toDrawing(frame, c.pose.position);
      const pan = -c.pose.panDeg;
      return h("g", { class: "camera", transform: `translate(${x} ${y})`, "data-key": `k${c.camera}` }, h("circle", { r: 16 }),
        h("svg:path", { d: "M-8 -5H4V5H-8ZM4 -1.5L9 -5V5L4 1.5", transform: `rotate(${pan})` }), h("text", { y: y > 50 ? -22 : 36 }, app.cameraName(c.camera)));
    });
    if (app.step !== "result") return real;
    return [...real, ...app.virtual.map((v, i) => {
      const [x, y] = toDrawing(frame, v.position);
      const aim = aimOf(v);
      const [tx, ty] = toDrawing(frame, aim);
      const say = (key, p) => app.t(key, app.virtualName(v), app.t.number(p[0]), app.t.number(p[1]));
      return h("g", { class: `virtual ${app.isSelected("virtual", i) ? "selected" : ""}`, "data-key": `v${i}` },
        h("line", { x1: x, y1: y, x2: tx, y2: ty }),
        h("g", { transform: `translate(${x} ${y})`, tabindex: 0, role: "button", "aria-label": say("VirtualAt", v.position), "data-kind": "virtual", "data-id": i },
          h("circle", { class: "hit", r: finger }), h("circle", { class: "body", r: 16 }), h("text", { y: -22 }, app.virtualName(v))),
        h("g", { transform: `translate(${tx} ${ty})`, tabindex: 0, role: "button", "aria-label": say("VirtualTowards", aim), "data-kind": "aim", "data-id": i },
          h("circle", { class: "hit", r: finger }), h("circle", { class: "knob", r: finger / 2.4 })));
    })];
  }

  // Floor by how many cameras show it near enough: cells of the agent's answer. Runs of one count are one rectangle.
  heat() {
    const { app, frame } = this;
    const cells = app.checked?.floor?.cells;
    if (!cells) return null;
    const paths = new Map();
    for (let row = 0; row < cells.rows; row++) {
      const line = cells.counts.slice(row * cells.columns, (row + 1) * cells.columns);
      for (const run of line.matchAll(/(\d)\1*/g)) {
        const [u, v] = toDrawing(frame, [cells.left + run.index * cells.cell, cells.bottom + (row + 1) * cells.cell]);
        const count = Math.min(3, Number(run[1]));
        paths.set(count, `${paths.get(count) ?? ""}M${u} ${v}h${(run[0].length * cells.cell * UNITS).toFixed(2)}v${(cells.cell * UNITS).toFixed(2)}h${(-run[0].length * cells.cell * UNITS).toFixed(2)}z`);
      }
    }

    return h("g", { class: "heat", "aria-hidden": "true", "data-key": "heat" }, [...paths].sort().map(([count, d]) => h("svg:path", { class: `seen-${count}`, d })),
      app.checked.floor.blind.map((spot) => h("polygon", { class: "blind", points: pointsText(frame, spot.outline) })));
  }

  scan() {
    const { scan } = this.app;
    if (!scan?.url) return null;
    const [x, y] = toDrawing(this.frame, [scan.left, scan.bottom + scan.height]);
    return h("image", { class: "scan", href: scan.url, x, y, width: scan.width * UNITS, height: scan.height * UNITS, preserveAspectRatio: "none", "data-key": "scan" });
  }

  grid() {
    const { frame } = this;
    const lines = [];
    for (let x = Math.ceil(frame.left); x < frame.left + frame.width / UNITS; x++) lines.push(`M${toDrawing(frame, [x, frame.top]).join(" ")}V${frame.height}`);
    for (let y = Math.floor(frame.top); y > frame.top - frame.height / UNITS; y--) lines.push(`M${toDrawing(frame, [frame.left, y]).join(" ")}H${frame.width}`);
    return h("svg:path", { class: "metres", d: lines.join(""), "data-key": "grid" });
  }

  unfinished() {
    if (this.drawing.length === 0) return null;
    const points = [...this.drawing, ...(this.hover ? [this.hover] : [])];
    const [x, y] = toDrawing(this.frame, this.drawing[0]);
    return h("g", { class: "unfinished" }, h("polyline", { points: pointsText(this.frame, points) }), h("circle", { cx: x, cy: y, r: this.finger() / 2 }),
      this.hover && h("text", { x: toDrawing(this.frame, this.hover)[0] + 12, y: toDrawing(this.frame, this.hover)[1] - 12 }, `${distance(this.drawing.at(-1), this.hover).toFixed(2)} m`));
  }

  snapLines() {
    return this.lines.map(({ axis, value }) => {
      const [x, y] = toDrawing(this.frame, axis === 0 ? [value, 0] : [0, value]);
      return axis === 0 ? h("line", { class: "snap", x1: x, x2: x, y1: 0, y2: this.frame.height }) : h("line", { class: "snap", y1: y, y2: y, x1: 0, x2: this.frame.width });
    });
  }

  scale() {
    const [x, y, w, hgt] = this.viewBox;
    return h("g", { class: "scale", transform: `translate(${(x + w - 130).toFixed(1)} ${(y + hgt - 14).toFixed(1)})`, "aria-hidden": "true" }, h("svg:path", { d: "M0 -6V0H100V-6" }), h("text", { x: 50, y: -8 }, "1 m"));
  }

  /** Where a pointer is on the plan, metres. */
  at(event) {
    const svg = this.app.querySelector("svg[data-view=plan]");
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return toPlan(this.frame, [p.x, p.y]);
  }

  others(except = []) {
    const { map } = this.app;
    return [...map.stations.filter((s) => !except.includes(s.id)).map((s) => s.center), ...map.room.outline, ...model.obstacles(map).flatMap((o) => o.outline)];
  }

  snapped(point, others = this.others(), free = false) {
    const [at, lines] = this.isSnapping && !free ? snap(point, others) : [point, []];
    this.lines = lines;
    return at;
  }

  down(event) {
    const target = event.target.closest("[data-kind]");
    const at = this.at(event);
    if (this.tool !== "select") return this.put(this.snapped(at, this.others(), event.altKey));
    const { app } = this;
    const begin = (drag) => { this.frame; this.drag = { ...drag, from: at, pointer: event.pointerId, map: app.map }; };
    if (!target) {
      if (app.step === "plan") app.select("room", []);
      begin({ kind: "pan", centre: this.centre ?? toPlan(this.frame, [this.frame.width / 2, this.frame.height / 2]), client: [event.clientX, event.clientY] });
      return undefined;
    }

    const { kind, id } = target.dataset;
    if (kind === "station") {
      if (event.shiftKey) app.toggle("station", id);
      else if (!app.isSelected("station", id)) app.select("station", [id]);
    } else if (kind === "obstacle" || kind === "virtual" || kind === "aim") app.select(kind === "aim" ? "virtual" : kind, [Number(id)]);
    if (app.step === "plan" || kind === "virtual" || kind === "aim") begin({ kind, id });
    return undefined;
  }

  move(event) {
    const { app, drag } = this;
    if (!drag) {
      if (this.drawing.length > 0) { this.hover = this.snapped(this.at(event), this.others(), event.altKey); app.draw(); }
      return;
    }

    if (drag.kind === "pan") return this.pan(event);
    const at = this.at(event);
    const [dx, dy] = [at[0] - drag.from[0], at[1] - drag.from[1]];
    if (!drag.moved && Math.hypot(dx, dy) * UNITS < this.finger() / 5) return;
    drag.moved = true;
    app.change(this.dragged(drag, at, dx, dy, event.altKey), "drag");
  }

  dragged(drag, at, dx, dy, free) {
    const { app } = this;
    const { map } = drag;
    const id = Number(drag.id);
    if (drag.kind === "station") {
      const ids = app.selection.ids;
      const lead = map.stations.find((s) => s.id === drag.id);
      const to = this.snapped([lead.center[0] + dx, lead.center[1] + dy], this.others(ids), free);
      return model.moveStations(map, ids, to[0] - lead.center[0], to[1] - lead.center[1]);
    }

    if (drag.kind === "turn") {
      const s = map.stations.find((x) => x.id === drag.id);
      const turn = turnTowards(s.center, at);
      return model.changeStations(map, [s.id], { rotationDeg: model.turnOf(this.isSnapping && !free ? snapTurn(turn) : turn) });
    }

    if (drag.kind === "obstacle") return model.moveObstacle(map, id, dx, dy);
    if (drag.kind === "corner") {
      const to = this.snapped(at, this.others(), free);
      const put = (outline) => outline.map((p, i) => (i === id ? to : p));
      return app.selection.kind === "obstacle" ? model.changeObstacle(map, app.selection.ids[0], { outline: put(model.obstacles(map)[app.selection.ids[0]].outline) }) : model.withOutline(map, put(map.room.outline));
    }

    const v = app.virtual[id];
    app.changeVirtual(id, drag.kind === "aim" ? aimed(v, at) : moved(v, at));
    return app.map;
  }

  pan(event) {
    if (this.zoom === 1) return;
    const svg = this.app.querySelector("svg[data-view=plan]");
    const scale = this.viewBox[2] / svg.getBoundingClientRect().width / UNITS;
    this.centre = [this.drag.centre[0] - (event.clientX - this.drag.client[0]) * scale, this.drag.centre[1] + (event.clientY - this.drag.client[1]) * scale];
    this.app.draw();
  }

  up() {
    if (!this.drag) return;
    this.drag = null;
    this.lines = [];
    this.app.settle();
  }

  zoomBy(factor) {
    this.zoom = Math.min(8, Math.max(1, this.zoom * factor));
    if (this.zoom === 1) this.centre = null;
    this.app.draw();
  }

  /** A click of a tool that puts something. */
  put(at) {
    const { app } = this;
    if (this.tool === "station") {
      const [map, id] = model.addStation(app.map, at);
      app.change(map);
      app.select("station", [id]);
    } else if (this.tool === "corner") {
      const wall = nearestWall(app.map.room.outline, at);
      if (wall.after >= 0) app.change(model.withOutline(app.map, app.map.room.outline.toSpliced(wall.after + 1, 0, at)));
      this.use("select");
    } else if (this.tool === "scan") {
      this.drawing = [...this.drawing, at].slice(-2);
      app.draw();
    } else if (this.drawing.length > 2 && distance(this.drawing[0], at) * UNITS < this.finger()) {
      this.close();
    } else {
      this.drawing = [...this.drawing, at];
      app.draw();
    }
  }

  /** Ends an outline that is being drawn. */
  close() {
    const { app, drawing, tool } = this;
    this.use("select");
    if (drawing.length < 3) return;
    if (tool === "outline") {
      app.takeOutline(drawing);
      app.select("room", []);
    } else {
      const [map, index] = model.addObstacle(app.map, drawing);
      app.change(map);
      app.select("obstacle", [index]);
    }
  }

  use(tool) {
    [this.tool, this.drawing, this.hover, this.lines] = [tool, [], null, []];
    this.app.draw();
  }

  /** Keys on the drawing. True when the key was taken. */
  key(event) {
    const { app } = this;
    if (event.key === "Escape") {
      if (this.drawing.length > 0 || this.tool !== "select") this.use("select");
      else app.select("room", []);
      return true;
    }

    if (event.key === "Enter" && this.drawing.length > 2) { this.close(); return true; }
    const target = event.target.closest?.("[data-kind]");
    if ((event.key === "Enter" || event.key === " ") && target) {
      const { kind, id } = target.dataset;
      if (kind === "station") event.shiftKey ? app.toggle(kind, id) : app.select(kind, [id]);
      else if (kind !== "corner") app.select(kind === "aim" ? "virtual" : kind, [Number(id)]);
      return true;
    }

    const step = event.shiftKey ? BIG_STEP : STEP;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (by) return this.nudge(target, by);
    if (app.step !== "plan") return false;
    if (event.key === "Delete" || event.key === "Backspace") { app.removeSelected(target?.dataset.kind === "corner" ? Number(target.dataset.id) : null); return true; }
    if (event.key === "[" || event.key === "]") { app.change(model.turnStations(app.map, app.selection.kind === "station" ? app.selection.ids : [], event.key === "[" ? 1 : -1), "turn"); return true; }
    return false;
  }

  nudge(target, [dx, dy]) {
    const { app } = this;
    const { kind, ids } = app.selection;
    const over = target?.dataset;
    if (over?.kind === "corner") {
      const move = (outline) => outline.map((p, i) => (i === Number(over.id) ? [model.round(p[0] + dx), model.round(p[1] + dy)] : p));
      app.change(kind === "obstacle" ? model.changeObstacle(app.map, ids[0], { outline: move(model.obstacles(app.map)[ids[0]].outline) }) : model.withOutline(app.map, move(app.map.room.outline)), `corner${over.id}`);
    } else if (over?.kind === "virtual" || over?.kind === "aim") {
      const v = app.virtual[Number(over.id)];
      const [x, y] = over.kind === "aim" ? aimOf(v) : v.position;
      app.changeVirtual(Number(over.id), (over.kind === "aim" ? aimed : moved)(v, [x + dx, y + dy]));
    } else if (app.step !== "plan") return false;
    else if (kind === "station" && ids.length > 0) app.change(model.moveStations(app.map, ids, dx, dy), `nudge${ids}`);
    else if (kind === "obstacle") app.change(model.moveObstacle(app.map, ids[0], dx, dy), `nudge${ids}`);
    else return false;
    return true;
  }
}
