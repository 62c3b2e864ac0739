// Step 1: the room. The drawing, and beside it a list that does everything the drawing does.
import { h } from "./dom.js";
import { scaledScan } from "./geometry.js";
import * as model from "./model.js";
import { PlanView } from "./plan-view.js";
import { PlanParts } from "./plan-parts.js";
import { outlineOf } from "./typed.js";

export class PlanStep extends PlanParts {
  constructor(app) {
    super(app);
    this.view = new PlanView(app);
    this.grid = { columns: 4, rows: 3, stepX: 2, stepY: 2, x: 2, y: 2, width: 1.2, depth: 0.65, height: 0.75, turn: 0 };
  }

  build() {
    const { t, view } = this;
    return [
      h(
        "div",
        { class: "drawing" },
        h(
          "div",
          { class: "tools", role: "toolbar", "aria-label": t("Tools") },
          this.tools(
            [
              ["tool", "select", t("ToolSelect"), t("ToolSelectHelp")],
              ["tool", "outline", t("ToolOutline"), t("ToolOutlineHelp")],
              ["tool", "corner", t("ToolCorner"), t("ToolCornerHelp")],
              ["tool", "station", t("ToolStation"), t("ToolStationHelp")],
              ["tool", "obstacle", t("ToolObstacle"), t("ToolObstacleHelp")],
            ],
            view.tool,
          ),
          h("button", { type: "button", "data-act": "snap", "aria-pressed": String(view.isSnapping), title: t("SnapHelp") }, t("Snap")),
          h("button", { type: "button", "data-act": "zoom", "data-arg": "1.5", "aria-label": t("ZoomIn") }, "+"),
          h("button", { type: "button", "data-act": "zoom", "data-arg": "0.67", "aria-label": t("ZoomOut") }, "−"),
        ),
        view.build(),
        h("p", { class: "help" }, view.tool === "select" ? t("PlanHelp") : t(`Tool${view.tool[0].toUpperCase()}${view.tool.slice(1)}Help`)),
      ),
      h("div", { class: "list" }, this.room(), this.stations(), this.obstacles(), this.scan()),
    ];
  }

  pointer(kind, event) {
    if (kind === "down" && !event.target.closest("svg[data-view=plan]")) return;
    this.view[kind](event);
  }

  key(event) {
    // Wherever the focus is: what is being drawn is closed.
    if (event.key === "Enter" && this.view.drawing.length > 2) {
      this.view.close();
      return true;
    }
    return event.target.closest?.("svg[data-view=plan]") || event.key === "Escape" ? this.view.key(event) : false;
  }

  act(name, arg) {
    const { app, view } = this;
    const { map } = app;
    switch (name) {
      case "tool":
        if (view.drawing.length > 2) view.close();
        view.use(view.tool === arg && arg !== "select" ? "select" : arg);
        if (arg === "outline" || arg === "corner") app.select("room", []);
        break;
      case "snap":
        view.isSnapping = !view.isSnapping;
        app.draw();
        break;
      case "zoom":
        view.zoomBy(Number(arg));
        break;
      case "select-station":
        app.select("station", app.isSelected("station", arg) && app.selection.ids.length === 1 ? [] : [arg]);
        break;
      case "select-obstacle":
        app.select("obstacle", [Number(arg)]);
        break;
      case "add-station":
        this.addStation();
        break;
      case "number":
        app.change(model.numberByRows(map));
        break;
      case "turn":
        app.change(model.turnStations(map, app.selection.ids, Number(arg)));
        break;
      case "remove":
        app.removeSelected();
        break;
      case "add-obstacle": {
        const [x, y] = map.room.outline[0] ?? [0, 0];
        const [next, index] = model.addObstacle(map, [
          [x + 0.5, y + 0.5],
          [x + 1, y + 0.5],
          [x + 1, y + 1],
          [x + 0.5, y + 1],
        ]);
        app.change(next);
        app.select("obstacle", [index]);
        break;
      }

      case "millimetres": {
        const points = model.ofMillimetres(this.outline.points);
        [this.outline, this.typed] = [null, null];
        app.takeOutline(points);
        break;
      }

      case "drop-scan":
        app.scan = null;
        app.changed();
        break;
    }
  }

  addStation() {
    const { app } = this;
    const last = app.map.stations.at(-1);
    const [map, id] = model.addStation(app.map, last ? [last.center[0] + last.size[0] + 0.6, last.center[1]] : [1.5, 1.5]);
    app.change(map);
    app.select("station", [id]);
  }

  set(name, input) {
    const { app } = this;
    const { map } = app;
    const [kind, id, part] = name.split(".");
    if (name === "name") app.change(model.withRoom(map, { name: input.value.trim() || map.room.id }));
    else if (name === "height") this.put(name, input, 0.5, 50, (v) => model.withRoom(map, { height: v }));
    else if (name === "density")
      this.put(name, input, 1, 5000, (v) => ({ ...map, requirements: { ...map.requirements, densityPxPerMetre: v } }));
    else if (name === "outline") this.typeOutline(input.value);
    else if (name === "csv") this.importCsv(input);
    else if (name === "paste" && input.value.trim() !== "") {
      this.pasted = input.value;
      this.readStations(new Blob([input.value]), this.t("Pasted"));
    } else if (name === "scan") this.takeScan(input);
    else if (kind === "scan")
      this.put(name, input, id === "width" ? 0.1 : -1000, 1000, (v) => {
        const by = id === "width" ? v / app.scan.width : 1;
        app.scan = { ...app.scan, height: app.scan.height * by, [id]: v };
        app.changed();
        return map;
      });
    else if (kind === "s") this.setStation(name, input, id, part);
    else if (kind === "o") this.setObstacle(name, input, Number(id), part);
  }

  put(name, input, least, most, change) {
    const value = this.read(name, input, least, most);
    if (value !== null) this.app.change(change(value));
  }

  typeOutline(text) {
    this.outline = outlineOf(text);
    this.typed = this.outline.problem ? text : null;
    if (this.outline.points && !this.outline.problem) this.app.change(model.withOutline(this.app.map, this.outline.points));
    this.app.draw();
  }

  setStation(name, input, id, part) {
    const { app } = this;
    const { map } = app;
    const s = map.stations.find((x) => x.id === id);
    if (!s) return;
    const change = (patch) => model.changeStations(map, [id], patch);
    if (part === "label") app.change(change({ label: input.value.trim() || s.label }));
    else if (part === "x" || part === "y")
      this.put(name, input, -200, 200, (v) =>
        change({ center: part === "x" ? [model.round(v), s.center[1]] : [s.center[0], model.round(v)] }),
      );
    else if (part === "turn") this.put(name, input, -360, 360, (v) => change({ rotationDeg: model.turnOf(v) }));
    else if (part === "height") this.put(name, input, 0, 10, (v) => change({ height: model.round(v) }));
    else
      this.put(name, input, 0.05, 20, (v) =>
        change({ size: part === "width" ? [model.round(v), s.size[1]] : [s.size[0], model.round(v)] }),
      );
  }

  setObstacle(name, input, index, part) {
    const { app } = this;
    const { map } = app;
    if (part === "name") app.change(model.changeObstacle(map, index, { name: input.value.trim() }));
    else if (part === "height") this.put(name, input, 0.01, 50, (v) => model.changeObstacle(map, index, { height: v }));
    else {
      const found = outlineOf(input.value);
      const problem = found.problem?.[0] === "RoomTooSmall" ? null : found.problem;
      if (problem) this.problems.set(name, { problem, text: input.value });
      else {
        this.problems.delete(name);
        const points =
          found.points ??
          input.value
            .split("\n")
            .map((l) =>
              l
                .trim()
                .split(/[\s,]+/)
                .map(Number),
            )
            .filter((p) => p.length === 2);
        app.change(model.changeObstacle(map, index, { outline: points }));
      }

      app.draw();
    }
  }

  submit(name, form, data) {
    const { app, view } = this;
    if (name === "scale") {
      const scaled =
        view.drawing.length === 2 && scaledScan(app.scan, ...view.drawing, Number(String(data.get("metres")).replace(",", ".")));
      if (!scaled) return;
      app.scan = scaled;
      form.reset();
      view.use("select");
      app.changed();
      return;
    }

    const limits = {
      columns: [1, 100],
      rows: [1, 100],
      x: [-200, 200],
      y: [-200, 200],
      stepX: [0.1, 100],
      stepY: [0.1, 100],
      width: [0.05, 20],
      depth: [0.05, 20],
      height: [0, 10],
      turn: [-360, 360],
    };
    const values = {};
    this.gridProblem = null;
    for (const [key, [least, most]] of Object.entries(limits)) {
      const text = String(data.get(key)).trim();
      this.grid[key] = text;
      const value = Number(text.replace(",", "."));
      if (text === "" || !Number.isFinite(value) || value < least || value > most)
        this.gridProblem ??= ["GridField", this.t(`Grid-${key}`), text || "–", least, most];
      values[key] = value;
    }

    if (!this.gridProblem && (values.rows * values.columns > 500 || !Number.isInteger(values.rows) || !Number.isInteger(values.columns)))
      this.gridProblem = ["GridTooMany"];
    if (!this.gridProblem) {
      const [map, ids] = model.addGrid(app.map, {
        rows: values.rows,
        columns: values.columns,
        at: [values.x, values.y],
        stepX: values.stepX,
        stepY: values.stepY,
        size: [values.width, values.depth],
        height: values.height,
        rotationDeg: values.turn,
      });
      app.change(map);
      app.select("station", ids);
    }

    app.draw();
  }

  async importCsv(input) {
    const [file] = input.files;
    if (!file) return;
    input.value = "";
    await this.readStations(file, file.name);
  }

  /** Stations that the agent reads out of a file or a pasted table; what is wrong in it stays beside it. */
  async readStations(blob, name) {
    const { app, t } = this;
    const answer = await app.api.post("stations/csv", blob);
    app.heard(answer);
    if (!answer.ok || !answer.value?.stations) {
      this.imported = {
        level: "bad",
        text: answer.status === 413 ? t("CsvTooLarge") : answer.isLost ? t("Lost") : (answer.value?.detail ?? t("CsvUnreadable")),
        findings: answer.value?.findings,
      };
    } else {
      const { stations, findings, encoding, unit } = answer.value;
      this.imported = {
        level: stations.length === 0 ? "bad" : findings.length > 0 ? "warn" : "good",
        text: t("CsvRead", stations.length, name, encoding ?? "–", unit),
        findings,
      };
      if (stations.length > 0) {
        this.pasted = null;
        app.change({ ...app.map, stations });
      }
    }

    app.draw();
  }

  async takeScan(input) {
    const [file] = input.files;
    if (!file) return;
    const { app, t } = this;
    input.value = "";
    const answer = await app.api.post("plan-picture", file, { reason: app.reason });
    app.heard(answer);
    if (!answer.ok)
      this.scanProblem =
        answer.status === 404
          ? t("SaveFirst")
          : answer.status === 413
            ? t("PictureTooLarge")
            : answer.isLost
              ? t("Lost")
              : t.of(answer.value?.findings?.[0]?.problem) || answer.value?.detail || t("ScanUnreadable");
    else {
      const { size, name } = answer.value;
      const width = 10;
      this.scanProblem = null;
      app.scan = {
        picture: name,
        url: app.api.pictureAddress(name),
        left: 0,
        bottom: 0,
        width,
        height: model.round((width * size.height) / size.width),
      };
      app.changed();
    }

    app.draw();
  }
}
