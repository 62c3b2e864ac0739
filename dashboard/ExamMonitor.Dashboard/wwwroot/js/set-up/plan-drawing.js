// The plan as it looks: floor, stations, obstacles, cameras, heat map, what is being drawn.
import { h } from "./dom.js";
import { boundsOf, distance, frameOf, pointsText, toDrawing, UNITS } from "./geometry.js";
import { aimOf } from "./lens.js";
import * as model from "./model.js";

// Half of a finger's 44 px, in units of the drawing at the shown size.
const FINGER_PX = 22;

export class PlanDrawing {
  /** Frame of the whole plan; it stays put while something is dragged. */
  get frame() {
    if (!this.drag) this.whole = frameOf(boundsOf(this.app.map, this.extra()));
    return this.whole;
  }

  extra() {
    const { scan } = this.app;
    const cameras = (this.app.checked?.cameras ?? []).flatMap((c) => (c.pose ? [c.pose.position.slice(0, 2)] : []));
    return [
      ...cameras,
      ...this.app.virtual.map((v) => v.position.slice(0, 2)),
      ...(scan
        ? [
            [scan.left, scan.bottom],
            [scan.left + scan.width, scan.bottom + scan.height],
          ]
        : []),
    ];
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
    return h(
      "svg:svg",
      {
        class: `set-up-plan tool-${this.tool}`,
        viewBox: this.viewBox.map((v) => v.toFixed(1)).join(" "),
        role: "group",
        tabindex: -1,
        "aria-label": t("PlanDrawing", map.room.name),
        "data-view": "plan",
        "data-key": "plan",
      },
      this.scan(),
      this.grid(),
      map.room.outline.length > 2 && h("polygon", { class: "floor", points: pointsText(frame, map.room.outline) }),
      app.step === "result" && this.heat(),
      model.obstacles(map).map((o, i) =>
        h("polygon", {
          class: `obstacle ${app.isSelected("obstacle", i) ? "selected" : ""}`,
          points: pointsText(frame, o.outline),
          tabindex: 0,
          role: "button",
          "aria-label": t("ObstacleN", o.name || i + 1),
          "data-kind": "obstacle",
          "data-id": i,
          "data-key": `o${i}`,
        }),
      ),
      map.room.outline.length > 1 && h("svg:polygon", { class: "wall", points: pointsText(frame, map.room.outline) }),
      map.stations.map((s) => this.station(s, finger)),
      this.corners(finger),
      this.cameras(),
      this.unfinished(),
      this.snapLines(),
      this.scale(),
    );
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
    return h(
      "g",
      {
        class: `station ${isSelected ? "selected" : ""} ${verdict}`,
        transform: `translate(${x} ${y})`,
        tabindex: 0,
        role: "button",
        "aria-pressed": isSelected,
        "aria-label": app.t(
          "StationAt",
          s.label,
          app.t.number(s.center[0]),
          app.t.number(s.center[1]),
          app.t.number(s.rotationDeg ?? 0, 1),
        ),
        "data-kind": "station",
        "data-id": s.id,
        "data-key": `s${s.id}`,
      },
      h("rect", {
        class: "hit",
        x: -Math.max(w / 2, finger),
        y: -Math.max(d / 2, finger),
        width: Math.max(w, finger * 2),
        height: Math.max(d, finger * 2),
        transform: `rotate(${-(s.rotationDeg ?? 0)})`,
      }),
      h(
        "g",
        { transform: `rotate(${-(s.rotationDeg ?? 0)})` },
        h("rect", { class: "worktop", x: -w / 2, y: -d / 2, width: w, height: d, rx: 4 }),
        h("line", { class: "front", x1: -w / 2 + 6, y1: d / 2 - 5, x2: w / 2 - 6, y2: d / 2 - 5 }),
        isSelected &&
          app.step === "plan" &&
          h(
            "g",
            { class: "turner", transform: `translate(0 ${-reach})`, "data-kind": "turn", "data-id": s.id },
            h("line", { y1: reach - d / 2, y2: 0 }),
            h("circle", { class: "hit", r: finger }),
            h("circle", { class: "knob", r: finger / 2.4 }),
          ),
      ),
      h("text", { class: "label", "font-size": Math.min(34, Math.max(16, d * 0.5)), dy: "0.35em" }, s.label),
    );
  }

  corners(finger) {
    const { app, frame } = this;
    const selected = app.selection;
    const list =
      app.step !== "plan" || this.tool !== "select"
        ? []
        : selected.kind === "obstacle"
          ? (model.obstacles(app.map)[selected.ids[0]]?.outline ?? [])
          : selected.kind === "room"
            ? app.map.room.outline
            : [];
    return list.map((p, i) => {
      const [x, y] = toDrawing(frame, p);
      return h(
        "g",
        {
          class: "corner",
          transform: `translate(${x} ${y})`,
          tabindex: 0,
          role: "button",
          "aria-label": app.t("CornerAt", i + 1, app.t.number(p[0]), app.t.number(p[1])),
          "data-kind": "corner",
          "data-id": i,
          "data-key": `c${i}`,
        },
        h("circle", { class: "hit", r: finger }),
        h("circle", { class: "knob", r: finger / 2.4 }),
      );
    });
  }

  cameras() {
    const { app, frame } = this;
    const finger = this.finger();
    const real = (app.checked?.cameras ?? [])
      .filter((c) => c.pose && !c.isVirtual)
      .map((c) => {
        const [x, y] = toDrawing(frame, c.pose.position);
        const pan = -c.pose.panDeg;
        return h(
          "g",
          { class: "camera", transform: `translate(${x} ${y})`, "data-key": `k${c.camera}` },
          h("circle", { r: 16 }),
          h("svg:path", { d: "M-8 -5H4V5H-8ZM4 -1.5L9 -5V5L4 1.5", transform: `rotate(${pan})` }),
          h("text", { y: y > 50 ? -22 : 36 }, app.cameraName(c.camera)),
        );
      });
    if (app.step !== "result") return real;
    return [
      ...real,
      ...app.virtual.map((v, i) => {
        const [x, y] = toDrawing(frame, v.position);
        const aim = aimOf(v);
        const [tx, ty] = toDrawing(frame, aim);
        const say = (key, p) => app.t(key, app.virtualName(v), app.t.number(p[0]), app.t.number(p[1]));
        return h(
          "g",
          { class: `virtual ${app.isSelected("virtual", i) ? "selected" : ""}`, "data-key": `v${i}` },
          h("line", { x1: x, y1: y, x2: tx, y2: ty }),
          h(
            "g",
            {
              transform: `translate(${x} ${y})`,
              tabindex: 0,
              role: "button",
              "aria-label": say("VirtualAt", v.position),
              "data-kind": "virtual",
              "data-id": i,
            },
            h("circle", { class: "hit", r: finger }),
            h("circle", { class: "body", r: 16 }),
            h("text", { y: -22 }, app.virtualName(v)),
          ),
          h(
            "g",
            {
              transform: `translate(${tx} ${ty})`,
              tabindex: 0,
              role: "button",
              "aria-label": say("VirtualTowards", aim),
              "data-kind": "aim",
              "data-id": i,
            },
            h("circle", { class: "hit", r: finger }),
            h("circle", { class: "knob", r: finger / 2.4 }),
          ),
        );
      }),
    ];
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
        paths.set(
          count,
          `${paths.get(count) ?? ""}M${u} ${v}h${(run[0].length * cells.cell * UNITS).toFixed(2)}v${(cells.cell * UNITS).toFixed(2)}h${(-run[0].length * cells.cell * UNITS).toFixed(2)}z`,
        );
      }
    }

    return h(
      "g",
      { class: "heat", "aria-hidden": "true", "data-key": "heat" },
      [...paths].sort().map(([count, d]) => h("svg:path", { class: `seen-${count}`, d })),
      app.checked.floor.blind.map((spot) => h("polygon", { class: "blind", points: pointsText(frame, spot.outline) })),
    );
  }

  scan() {
    const { scan } = this.app;
    if (!scan?.url) return null;
    const [x, y] = toDrawing(this.frame, [scan.left, scan.bottom + scan.height]);
    return h("image", {
      class: "scan",
      href: scan.url,
      x,
      y,
      width: scan.width * UNITS,
      height: scan.height * UNITS,
      preserveAspectRatio: "none",
      "data-key": "scan",
    });
  }

  grid() {
    const { frame } = this;
    const lines = [];
    for (let x = Math.ceil(frame.left); x < frame.left + frame.width / UNITS; x++)
      lines.push(`M${toDrawing(frame, [x, frame.top]).join(" ")}V${frame.height}`);
    for (let y = Math.floor(frame.top); y > frame.top - frame.height / UNITS; y--)
      lines.push(`M${toDrawing(frame, [frame.left, y]).join(" ")}H${frame.width}`);
    return h("svg:path", { class: "metres", d: lines.join(""), "data-key": "grid" });
  }

  unfinished() {
    if (this.drawing.length === 0) return null;
    const points = [...this.drawing, ...(this.hover ? [this.hover] : [])];
    const [x, y] = toDrawing(this.frame, this.drawing[0]);
    return h(
      "g",
      { class: "unfinished" },
      h("polyline", { points: pointsText(this.frame, points) }),
      h("circle", { cx: x, cy: y, r: this.finger() / 2 }),
      this.hover &&
        h(
          "text",
          { x: toDrawing(this.frame, this.hover)[0] + 12, y: toDrawing(this.frame, this.hover)[1] - 12 },
          `${distance(this.drawing.at(-1), this.hover).toFixed(2)} m`,
        ),
    );
  }

  snapLines() {
    return this.lines.map(({ axis, value }) => {
      const [x, y] = toDrawing(this.frame, axis === 0 ? [value, 0] : [0, value]);
      return axis === 0
        ? h("line", { class: "snap", x1: x, x2: x, y1: 0, y2: this.frame.height })
        : h("line", { class: "snap", y1: y, y2: y, x1: 0, x2: this.frame.width });
    });
  }

  scale() {
    const [x, y, w, hgt] = this.viewBox;
    return h(
      "g",
      { class: "scale", transform: `translate(${(x + w - 130).toFixed(1)} ${(y + hgt - 14).toFixed(1)})`, "aria-hidden": "true" },
      h("svg:path", { d: "M0 -6V0H100V-6" }),
      h("text", { x: 50, y: -8 }, "1 m"),
    );
  }
}
