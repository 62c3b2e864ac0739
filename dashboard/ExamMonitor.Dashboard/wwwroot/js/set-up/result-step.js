// Step 5: what the room gives: stations, floor, the one move that helps most, and cameras that do not hang yet.
import { h } from "./dom.js";
import { LENSES, ofPose, plainVirtual, raised } from "./lens.js";
import * as model from "./model.js";
import { PlanView } from "./plan-view.js";
import { Step } from "./step.js";

export class ResultStep extends Step {
  constructor(app) {
    super(app);
    this.view = new PlanView(app);
  }

  build() {
    return [
      h("div", { class: "drawing" }, this.view.build(), this.legend(), this.table()),
      h("div", { class: "list" }, this.sum(), this.advice(), this.virtual()),
    ];
  }

  legend() {
    const { t } = this;
    return h(
      "ul",
      { class: "heat-legend" },
      [
        ["seen-0", t("SeenBy0")],
        ["seen-1", t("SeenBy1")],
        ["seen-2", t("SeenBy2")],
        ["seen-3", t("SeenBy3")],
        ["blind", t("BlindSpot")],
      ].map(([c, label]) => h("li", {}, h("span", { class: `swatch ${c}` }), label)),
    );
  }

  table() {
    const { app, t } = this;
    const stations = app.checked?.stations ?? [];
    if (stations.length === 0) return h("p", { class: "help" }, t(app.map.stations.length === 0 ? "AreaOnly" : "NoResultYet"));
    const cell = (s, id) => {
      const v = s.views.find((x) => x.camera === id);
      return v
        ? `${app.cameraName(id)} · ${v.estimated ? "~" : ""}${t.number(v.pxPerMetre, 0)} px/m · ${t.percent(v.inPictureShare)}`
        : "–";
    };
    return h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "result-table" },
        h("caption", { class: "unseen" }, t("StationsTable")),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Station", "Verdict", "BestCamera", "SecondCamera", "Required"].map((k) => h("th", { scope: "col" }, t(k))),
          ),
        ),
        h(
          "tbody",
          {},
          stations.map((s) =>
            h(
              "tr",
              {
                class: s.passes ? null : "is-no",
                "data-station": s.station,
                "data-passes": String(s.passes),
                "data-best": s.best ?? "",
                "data-key": s.station,
              },
              h("th", { scope: "row" }, s.label),
              h(
                "td",
                {},
                h(
                  "span",
                  { class: `pill ${s.passes ? "is-yes" : "is-no"}` },
                  t(s.passes ? "Passes" : `Short-${s.views[0]?.shortfall ?? "outside-picture"}`),
                ),
              ),
              h("td", {}, cell(s, s.best)),
              h("td", {}, cell(s, s.second)),
              h("td", {}, `≥ ${t.number(s.requiredPxPerMetre, 0)} px/m · ${t.percent(s.requiredInPictureShare)}`),
            ),
          ),
        ),
      ),
    );
  }

  sum() {
    const { app, t } = this;
    const { stations = [], floor } = app.checked ?? {};
    const passing = stations.filter((s) => s.passes).length;
    const share = (v) => (v === null || v === undefined ? "–" : t.percent(v));
    return h(
      "section",
      { class: "card", "aria-labelledby": "sum-title" },
      h("h2", { id: "sum-title" }, t("Result")),
      h(
        "dl",
        { class: "fact-list" },
        stations.length > 0 &&
          h("div", {}, h("dt", {}, t("StationsCovered")), h("dd", { "data-covered": passing }, `${passing} / ${stations.length}`)),
        h("div", {}, h("dt", {}, t("FloorByOne")), h("dd", { "data-floor": floor?.byOne ?? "" }, share(floor?.byOne))),
        h("div", {}, h("dt", {}, t("FloorByTwo")), h("dd", {}, share(floor?.byTwo))),
        h(
          "div",
          {},
          h("dt", {}, t("BlindSpots")),
          h(
            "dd",
            {},
            floor
              ? floor.blind
                  .slice(0, 3)
                  .map((b) => `${t.number(b.areaM2, 1)} m²`)
                  .join(", ") || t("None")
              : "–",
          ),
        ),
      ),
      this.findings(app.findings.filter((f) => !f.camera || f.code === "calibration-refused" || f.code === "no-calibration")),
    );
  }

  advice() {
    const { t, moves } = this;
    return h(
      "section",
      { class: "card", "aria-labelledby": "advice-title" },
      h("h2", { id: "advice-title" }, t("Advice")),
      h(
        "div",
        {},
        h("button", { type: "button", "data-act": "advise", disabled: this.isAdvising }, this.isAdvising ? t("Advising") : t("Advise")),
      ),
      this.adviceProblem && h("p", { class: "notice bad", role: "alert" }, this.adviceProblem),
      moves &&
        (moves.length === 0
          ? h("p", { role: "status" }, t("NoAdvice"))
          : h(
              "ol",
              { class: "moves", role: "status" },
              moves.map((m, i) =>
                h(
                  "li",
                  { "data-key": i, "data-move": m.camera },
                  h("p", {}, t.of(m.text)),
                  h(
                    "p",
                    { class: "figures" },
                    t("MoveGain", m.stationsBefore, m.stationsAfter, t.percent(m.floorBefore), t.percent(m.floorAfter)),
                  ),
                  h("button", { type: "button", "data-act": "try", "data-arg": i }, t("TryMove")),
                ),
              ),
            )),
    );
  }

  virtual() {
    const { app, t } = this;
    return h(
      "section",
      { class: "card", "aria-labelledby": "virtual-title" },
      h("h2", { id: "virtual-title" }, t("WhatIf")),
      h("p", { class: "help" }, t("WhatIfHelp")),
      h(
        "ul",
        { class: "stations-list" },
        app.virtual.map((v, i) => {
          const isSelected = app.isSelected("virtual", i);
          return h(
            "li",
            { "data-key": v.id, class: isSelected ? "selected" : null },
            h(
              "button",
              { type: "button", class: "row-head", "data-act": "select-virtual", "data-arg": i, "aria-expanded": String(isSelected) },
              h("strong", {}, app.virtualName(v)),
              h("span", {}, `${t.number(v.position[2])} m · ${t.number(v.horizontalFieldOfViewDeg, 0)}°`),
            ),
            isSelected &&
              h(
                "div",
                { class: "edit" },
                this.field(`${i}.x`, "x", v.position[0]),
                this.field(`${i}.y`, "y", v.position[1]),
                this.field(`${i}.z`, t("Above"), v.position[2]),
                this.field(`${i}.panDeg`, t("Pan"), v.panDeg, { unit: "°" }),
                this.field(`${i}.tiltDeg`, t("Tilt"), v.tiltDeg, { unit: "°" }),
                this.field(`${i}.horizontalFieldOfViewDeg`, t("Lens"), v.horizontalFieldOfViewDeg, { unit: "°" }),
                h(
                  "label",
                  {},
                  t("LensOf"),
                  h(
                    "select",
                    { "data-set": `${i}.lens` },
                    h("option", { value: "", selected: !LENSES.some(([, a]) => a === v.horizontalFieldOfViewDeg) }, "–"),
                    LENSES.map(([mm, angle]) =>
                      h("option", { value: angle, selected: angle === v.horizontalFieldOfViewDeg }, `${mm} mm · ${angle}°`),
                    ),
                  ),
                ),
                h(
                  "label",
                  {},
                  t("Size"),
                  h(
                    "select",
                    { "data-set": `${i}.size` },
                    ["1280x720", "1920x1080", "2560x1440", "3840x2160"].map((s) =>
                      h("option", { value: s, selected: s === `${v.image.width}x${v.image.height}` }, s.replace("x", "×")),
                    ),
                  ),
                ),
                h(
                  "div",
                  { class: "actions wide" },
                  h("button", { type: "button", "data-act": "remove-virtual", "data-arg": i }, t("Remove")),
                ),
              ),
          );
        }),
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", "data-act": "add-virtual" }, t("AddVirtual")),
        h("button", { type: "button", "data-act": "pdf", disabled: this.isPrinting }, t("WhatIfPdf")),
      ),
      this.pdfProblem && h("p", { class: "notice bad", role: "alert" }, this.pdfProblem),
    );
  }

  pointer(kind, event) {
    if (kind === "down" && !event.target.closest("svg[data-view=plan]")) return;
    this.view[kind](event);
  }

  key(event) {
    return event.target.closest?.("svg[data-view=plan]") ? this.view.key(event) : false;
  }

  act(name, arg) {
    const { app } = this;
    const i = Number(arg);
    if (name === "add-virtual") this.add();
    else if (name === "select-virtual") app.select("virtual", app.isSelected("virtual", i) ? [] : [i]);
    else if (name === "remove-virtual") {
      app.virtual = app.virtual.filter((_, n) => n !== i);
      app.select("room", []);
      app.changed();
    } else if (name === "advise") this.advise();
    else if (name === "try") this.tryMove(this.moves[i]);
    else if (name === "pdf") this.print();
  }

  add() {
    const { app, t } = this;
    const outline =
      app.map.room.outline.length > 2
        ? app.map.room.outline
        : [
            [0, 0],
            [8, 0],
            [8, 6],
          ];
    const middle = [0, 1].map((axis) => outline.reduce((sum, p) => sum + p[axis], 0) / outline.length);
    const [x, y] = outline[app.virtual.length % outline.length];
    let n = 1;
    while (app.virtual.some((v) => v.id === `V${n}`)) n++;
    const v = plainVirtual(
      `V${n}`,
      [x + (middle[0] - x) * 0.04, y + (middle[1] - y) * 0.04],
      middle,
      Math.max(0.5, model.round(app.map.room.height - 0.3)),
    );
    app.virtual = [...app.virtual, { ...v, name: t("VirtualN", n) }];
    app.select("virtual", [app.virtual.length - 1]);
    app.changed();
  }

  tryMove(move) {
    const { app, t } = this;
    const image = app.checked?.cameras.find((c) => c.camera === move.camera)?.image ?? { width: 1920, height: 1080 };
    const v = ofPose(move.camera, move.pose, image, t("Moved", app.cameraName(move.camera)));
    app.virtual = [...app.virtual.filter((x) => x.id !== v.id), v];
    app.select("virtual", [app.virtual.length - 1]);
    app.changed();
  }

  set(name, input) {
    const { app } = this;
    const [index, part] = name.split(".");
    const i = Number(index);
    const v = app.virtual[i];
    if (!v) return;
    const put = (value) => app.changeVirtual(i, value);
    if (part === "lens") {
      if (input.value) put({ ...v, horizontalFieldOfViewDeg: Number(input.value) });
      return;
    }
    if (part === "size") {
      const [width, height] = input.value.split("x").map(Number);
      put({ ...v, image: { width, height } });
      return;
    }
    const limits = {
      x: [-200, 200],
      y: [-200, 200],
      z: [0.5, 50],
      panDeg: [-360, 360],
      tiltDeg: [-90, 90],
      horizontalFieldOfViewDeg: [10, 150],
    }[part];
    const value = this.read(name, input, ...limits);
    if (value === null) return;
    if (part === "z") put(raised(v, value));
    else if (part === "x" || part === "y") put({ ...v, position: v.position.with("xy".indexOf(part), value) });
    else put({ ...v, [part]: value });
  }

  async advise() {
    const { app, t } = this;
    [this.isAdvising, this.adviceProblem] = [true, null];
    app.draw();
    const answer = await app.api.post("advice", {
      map: app.map,
      virtualCameras: app.virtual.filter((v) => !model.camera(app.map, v.id)),
      heatMap: false,
    });
    app.heard(answer);
    this.isAdvising = false;
    if (answer.ok) this.moves = answer.value;
    else
      this.adviceProblem = answer.isLost
        ? t("Lost")
        : answer.value?.findings?.map((f) => t.of(f.problem)).join(" ") || answer.value?.detail || t("ActRefused");
    app.draw();
  }

  async print() {
    const { app, t } = this;
    [this.isPrinting, this.pdfProblem] = [true, null];
    app.draw();
    const answer = await app.api.download(
      `what-if.pdf?language=${t.language.startsWith("zh") ? "zh" : "en"}`,
      { map: app.map, virtualCameras: app.virtual, heatMap: true },
      `what-if-${app.map.room.id}.pdf`,
    );
    this.isPrinting = false;
    app.heard(answer);
    if (!answer.ok) this.pdfProblem = answer.isLost ? t("Lost") : t("PdfRefused");
    app.draw();
  }
}
