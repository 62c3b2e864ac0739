// The plan as a drawing: what is on it, and what pointers and keys do to it. Everything it does can be done in the list beside it.
import { distance, nearestWall, snap, snapTurn, toPlan, turnTowards, UNITS } from "./geometry.js";
import { PlanDrawing } from "./plan-drawing.js";
import { aimed, aimOf, moved } from "./lens.js";
import * as model from "./model.js";

const STEP = 0.01;
const BIG_STEP = 0.1;

export class PlanView extends PlanDrawing {
  constructor(app) {
    super();
    this.app = app;
    this.tool = "select";
    this.isSnapping = true;
    this.zoom = 1;
    this.centre = null;
    this.drawing = [];
    this.lines = [];
    this.hover = null;
  }

  /** Where a pointer is on the plan, metres. */
  at(event) {
    const svg = this.app.querySelector("svg[data-view=plan]");
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return toPlan(this.frame, [p.x, p.y]);
  }

  others(except = []) {
    const { map } = this.app;
    return [
      ...map.stations.filter((s) => !except.includes(s.id)).map((s) => s.center),
      ...map.room.outline,
      ...model.obstacles(map).flatMap((o) => o.outline),
    ];
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
    const begin = (drag) => {
      this.frame;
      this.drag = { ...drag, from: at, pointer: event.pointerId, map: app.map };
    };
    if (!target) {
      if (app.step === "plan") app.select("room", []);
      begin({
        kind: "pan",
        centre: this.centre ?? toPlan(this.frame, [this.frame.width / 2, this.frame.height / 2]),
        client: [event.clientX, event.clientY],
      });
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
      if (this.drawing.length > 0) {
        this.hover = this.snapped(this.at(event), this.others(), event.altKey);
        app.draw();
      }
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
      return app.selection.kind === "obstacle"
        ? model.changeObstacle(map, app.selection.ids[0], { outline: put(model.obstacles(map)[app.selection.ids[0]].outline) })
        : model.withOutline(map, put(map.room.outline));
    }

    const v = app.virtual[id];
    app.changeVirtual(id, drag.kind === "aim" ? aimed(v, at) : moved(v, at));
    return app.map;
  }

  pan(event) {
    if (this.zoom === 1) return;
    const svg = this.app.querySelector("svg[data-view=plan]");
    const scale = this.viewBox[2] / svg.getBoundingClientRect().width / UNITS;
    this.centre = [
      this.drag.centre[0] - (event.clientX - this.drag.client[0]) * scale,
      this.drag.centre[1] + (event.clientY - this.drag.client[1]) * scale,
    ];
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

    if (event.key === "Enter" && this.drawing.length > 2) {
      this.close();
      return true;
    }
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
    if (event.key === "Delete" || event.key === "Backspace") {
      app.removeSelected(target?.dataset.kind === "corner" ? Number(target.dataset.id) : null);
      return true;
    }
    if (event.key === "[" || event.key === "]") {
      app.change(
        model.turnStations(app.map, app.selection.kind === "station" ? app.selection.ids : [], event.key === "[" ? 1 : -1),
        "turn",
      );
      return true;
    }
    return false;
  }

  nudge(target, [dx, dy]) {
    const { app } = this;
    const { kind, ids } = app.selection;
    const over = target?.dataset;
    if (over?.kind === "corner") {
      const move = (outline) => outline.map((p, i) => (i === Number(over.id) ? [model.round(p[0] + dx), model.round(p[1] + dy)] : p));
      app.change(
        kind === "obstacle"
          ? model.changeObstacle(app.map, ids[0], { outline: move(model.obstacles(app.map)[ids[0]].outline) })
          : model.withOutline(app.map, move(app.map.room.outline)),
        `corner${over.id}`,
      );
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
