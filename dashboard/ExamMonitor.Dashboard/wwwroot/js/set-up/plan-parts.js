// Step 1 as its list looks: room, stations, rows, obstacles, the scan of the plan.
import { h } from "./dom.js";
import { areaOf } from "./geometry.js";
import * as model from "./model.js";
import { Step } from "./step.js";

export class PlanParts extends Step {
  room() {
    const { app, t } = this;
    const { room } = app.map;
    const typed = this.typed ?? room.outline.map((p) => p.join(" ")).join("\n");
    return h(
      "details",
      { open: true, class: "card", "data-key": "room" },
      h("summary", {}, h("h2", {}, t("Room"))),
      h(
        "div",
        { class: "edit" },
        h("label", { class: "wide" }, t("RoomName"), h("input", { "data-set": "name", value: room.name, maxlength: 200 })),
        this.field("height", t("CeilingHeight"), room.height),
        this.field("density", t("RequiredDensity"), app.map.requirements?.densityPxPerMetre ?? 125, { unit: "px/m" }),
        h(
          "label",
          { class: "wide" },
          t("Outline"),
          h(
            "textarea",
            {
              rows: Math.min(6, Math.max(2, room.outline.length)),
              "data-set": "outline",
              placeholder: "12 x 8.4",
              spellcheck: false,
              "aria-describedby": "outline-help",
            },
            typed,
          ),
        ),
        h(
          "p",
          { class: "help wide", id: "outline-help" },
          t("OutlineHelp"),
          room.outline.length > 2 && ` ${t("Area", t.number(areaOf(room.outline), 1))}`,
        ),
        this.outlineProblem(),
      ),
      this.findings(app.findings.filter((f) => !f.camera && !f.station && !/cameras|stations/.test(f.path))),
    );
  }

  outlineProblem() {
    if (!this.outline?.problem) return null;
    return h(
      "p",
      { class: "notice bad wide", role: "alert" },
      this.t.problem(this.outline.problem),
      this.outline.points && h("button", { type: "button", "data-act": "millimetres" }, this.t("TakeAsMillimetres")),
    );
  }

  stations() {
    const { app, t } = this;
    const { stations } = app.map;
    const twice = model.sameNumbers(app.map);
    return h(
      "details",
      { open: true, class: "card", "data-key": "stations" },
      h("summary", {}, h("h2", {}, t("StationsN", stations.length))),
      twice.map(([number, ids]) => h("p", { class: "notice bad", role: "alert" }, t("SameNumber", number, ids.join(", ")))),
      stations.length === 0 && h("p", { class: "help" }, t("NoStationsHelp")),
      h(
        "ul",
        { class: "stations-list" },
        stations.map((s) => this.station(s)),
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", "data-act": "add-station" }, t("AddStation")),
        stations.length > 1 && h("button", { type: "button", "data-act": "number" }, t("NumberByRows")),
      ),
      this.gridForm(),
      h("label", { class: "file" }, t("ImportCsv"), h("input", { type: "file", accept: ".csv,.txt,text/csv", "data-set": "csv" })),
      h(
        "label",
        {},
        t("PasteCsv"),
        h(
          "textarea",
          { rows: 2, "data-set": "paste", spellcheck: false, placeholder: "id\tx\ty\twidth\tdepth\theight\trotation" },
          this.pasted ?? "",
        ),
      ),
      h("p", { class: "help" }, t("ImportCsvHelp")),
      this.imported && h("p", { class: `notice ${this.imported.level}`, role: "status" }, this.imported.text),
      this.imported && this.findings(this.imported.findings ?? [], "csv-findings"),
      this.findings(
        app.findings.filter((f) => f.station && f.code !== "station-not-covered"),
        "station-findings",
      ),
    );
  }

  station(s) {
    const { app, t } = this;
    const isSelected = app.isSelected("station", s.id);
    const turn = s.rotationDeg ?? 0;
    return h(
      "li",
      { "data-key": s.id, class: isSelected ? "selected" : null },
      h(
        "button",
        { type: "button", class: "row-head", "data-act": "select-station", "data-arg": s.id, "aria-expanded": String(isSelected) },
        h("strong", {}, s.label),
        h("span", {}, `${t.number(s.center[0])} / ${t.number(s.center[1])} m`),
        turn !== 0 && h("span", {}, `${t.number(turn, 1)}°`),
      ),
      isSelected &&
        app.selection.ids.length === 1 &&
        h(
          "div",
          { class: "edit" },
          h("label", {}, t("Number"), h("input", { "data-set": `s.${s.id}.label`, value: s.label, maxlength: 20 })),
          this.field(`s.${s.id}.x`, "x", s.center[0]),
          this.field(`s.${s.id}.y`, "y", s.center[1]),
          this.field(`s.${s.id}.turn`, t("Turn"), turn, { unit: "°" }),
          this.field(`s.${s.id}.width`, t("Width"), s.size[0]),
          this.field(`s.${s.id}.depth`, t("Depth"), s.size[1]),
          this.field(`s.${s.id}.height`, t("WorktopHeight"), s.height),
          h(
            "div",
            { class: "actions wide" },
            h("button", { type: "button", "data-act": "turn", "data-arg": "90" }, t("Turn90")),
            h("button", { type: "button", "data-act": "remove" }, t("Remove")),
          ),
        ),
    );
  }

  gridForm() {
    const { t, grid } = this;
    const f = (name, label, unit = "m") =>
      h(
        "label",
        {},
        h("span", {}, label, unit && h("small", {}, ` ${unit}`)),
        h("input", { name, inputmode: "decimal", value: grid[name], autocomplete: "off", "data-keep": true }),
      );
    return h(
      "details",
      { "data-key": "grid", class: "inner" },
      h("summary", {}, t("AddGrid")),
      h(
        "form",
        { class: "edit", "data-submit": "grid", "aria-label": t("AddGrid") },
        f("columns", t("Columns"), ""),
        f("rows", t("Rows"), ""),
        f("x", t("FirstX")),
        f("y", t("FirstY")),
        f("stepX", t("StepX")),
        f("stepY", t("StepY")),
        f("width", t("Width")),
        f("depth", t("Depth")),
        f("height", t("WorktopHeight")),
        f("turn", t("Turn"), "°"),
        this.gridProblem && h("p", { class: "notice bad wide", role: "alert" }, t.problem(this.gridProblem)),
        h("div", { class: "wide" }, h("button", { type: "submit" }, t("AddGridNow"))),
      ),
    );
  }

  obstacles() {
    const { app, t } = this;
    const list = model.obstacles(app.map);
    return h(
      "details",
      { class: "card", open: list.length > 0, "data-key": "obstacles" },
      h("summary", {}, h("h2", {}, t("ObstaclesN", list.length))),
      h("p", { class: "help" }, t("ObstaclesHelp")),
      h(
        "ul",
        { class: "stations-list" },
        list.map((o, i) => {
          const isSelected = app.isSelected("obstacle", i);
          return h(
            "li",
            { "data-key": `o${i}`, class: isSelected ? "selected" : null },
            h(
              "button",
              { type: "button", class: "row-head", "data-act": "select-obstacle", "data-arg": i, "aria-expanded": String(isSelected) },
              h("strong", {}, o.name || t("ObstacleN", i + 1)),
              h("span", {}, `${t.number(o.height)} m`),
            ),
            isSelected &&
              h(
                "div",
                { class: "edit" },
                h("label", {}, t("Name"), h("input", { "data-set": `o.${i}.name`, value: o.name ?? "", maxlength: 100 })),
                this.field(`o.${i}.height`, t("ObstacleHeight"), o.height),
                h(
                  "label",
                  { class: "wide" },
                  t("Corners"),
                  h("textarea", { rows: 4, "data-set": `o.${i}.outline`, spellcheck: false }, o.outline.map((p) => p.join(" ")).join("\n")),
                ),
                this.problems.has(`o.${i}.outline`) &&
                  h("p", { class: "notice bad wide", role: "alert" }, t.problem(this.problems.get(`o.${i}.outline`).problem)),
                h("div", { class: "wide" }, h("button", { type: "button", "data-act": "remove" }, t("Remove"))),
              ),
          );
        }),
      ),
      h("button", { type: "button", "data-act": "add-obstacle" }, t("AddObstacle")),
    );
  }

  scan() {
    const { app, t, view } = this;
    return h(
      "details",
      { class: "card", "data-key": "scan" },
      h("summary", {}, h("h2", {}, t("Scan"))),
      h("label", { class: "file" }, t("ScanFile"), h("input", { type: "file", accept: "image/png,image/jpeg", "data-set": "scan" })),
      h("p", { class: "help" }, t("ScanHelp")),
      this.scanProblem && h("p", { class: "notice bad", role: "alert" }, this.scanProblem),
      app.scan &&
        h(
          "div",
          { class: "edit" },
          h(
            "button",
            { type: "button", "data-act": "tool", "data-arg": "scan", "aria-pressed": String(view.tool === "scan"), class: "wide" },
            t("ScanTwoPoints", view.drawing.length),
          ),
          h(
            "form",
            { class: "wide edit", "data-submit": "scale", "aria-label": t("ScanDistance") },
            h("label", {}, t("ScanDistance"), h("input", { name: "metres", inputmode: "decimal", "data-keep": true })),
            h("button", { type: "submit", disabled: view.tool !== "scan" || view.drawing.length < 2 }, t("ScanScale")),
          ),
          this.field("scan.left", t("ScanLeft"), app.scan.left),
          this.field("scan.bottom", t("ScanBottom"), app.scan.bottom),
          this.field("scan.width", t("ScanWidth"), app.scan.width),
          h("button", { type: "button", "data-act": "drop-scan", class: "wide" }, t("ScanRemove")),
        ),
    );
  }
}
