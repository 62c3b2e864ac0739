// Step 4 as it looks: the tools, the next point with the small plan, the state, the points, what was drawn by hand, the pictures.
import { h } from "./dom.js";
import { boundsOf, frameOf, pointsText, toDrawing } from "./geometry.js";
import * as model from "./model.js";
import { Step } from "./step.js";

export class CalibrateParts extends Step {
  build() {
    const { app, t } = this;
    if (app.map.cameras.length === 0)
      return h(
        "section",
        { class: "card wide" },
        h("p", { class: "notice warn" }, t("CalibrateNoCameras")),
        h("div", {}, h("button", { type: "button", "data-act": "step", "data-arg": "cameras" }, t("Step-cameras"))),
      );
    if (!this.camera) this.enter();
    return [
      h(
        "div",
        { class: "drawing" },
        h("div", { class: "bar" }, this.tabs(), this.tools4()),
        this.view.build(),
        h("p", { class: "help", id: "picture-help" }, t(`Picture-${this.view.mode}-help`)),
      ),
      h("div", { class: "list" }, this.next(), this.state(), this.points(), this.byHand(), this.pictures()),
    ];
  }

  tabs() {
    const { app } = this;
    return h(
      "div",
      { class: "camera-tabs", role: "group", "aria-label": this.t("Cameras") },
      app.map.cameras.map((c) => {
        const result = app.checked?.cameras.find((x) => x.camera === c.id);
        const mark = result?.kind === "spatial" || result?.kind === "floor-only" ? "✓" : result?.kind === "refused" ? "✗" : "";
        return h(
          "button",
          { type: "button", "data-act": "camera", "data-arg": c.id, "aria-pressed": String(c.id === this.id), "data-key": c.id },
          app.cameraName(c.id),
          " ",
          h("span", { class: mark === "✗" ? "is-no" : "is-yes" }, mark),
        );
      }),
    );
  }

  tools4() {
    const { t } = this;
    const isBusy = this.busy.has("plates") || this.busy.has(this.id) || this.busy.has("all");
    return h(
      "div",
      { class: "tools", role: "toolbar", "aria-label": t("Tools") },
      h(
        "button",
        { type: "button", class: "primary", "data-act": "plates", disabled: isBusy },
        this.busy.has("plates") ? t("LookingForPlates") : t("LookForPlates"),
      ),
      h("button", { type: "button", "data-act": "take-all", disabled: isBusy }, this.busy.has("all") ? t("TakingPicture") : t("TakeAll")),
      h("button", { type: "button", "data-act": "take", disabled: isBusy }, this.busy.has(this.id) ? t("TakingPicture") : t("TakePicture")),
      this.tools(
        [
          ["mode", "points", t("ModePoints")],
          ["mode", "region", t("ModeRegion")],
          ["mode", "mask", t("ModeMask")],
        ],
        this.view.mode,
      ),
    );
  }

  next() {
    const { app, t, target } = this;
    const moved = this.hasMoved || app.findings.some((f) => f.camera === this.id && f.code === "camera-moved");
    const carry =
      model.pointsOf(app.map, this.id).length > 0 &&
      h(
        "button",
        { type: "button", class: moved ? "primary" : null, "data-act": "carry", disabled: this.busy.has(this.id) },
        t("CarryOver"),
      );
    return h(
      "section",
      { class: "card next", "data-key": "next" },
      moved && h("p", { class: "notice warn" }, t("CameraMoved")),
      moved && carry,
      this.view.mode === "region"
        ? this.regionChoice()
        : this.view.mode === "mask"
          ? h("p", {}, t("MaskHelp"))
          : target
            ? [
                h(
                  "p",
                  { class: "target", role: "status", "data-target": target.key ?? "own" },
                  t("MarkNext", target.key ? this.placeName(target) : t("PlaceAt", ...target.plan.map((v) => t.number(v)))),
                ),
                this.miniPlan(target),
                h("div", { class: "actions" }, h("button", { type: "button", "data-act": "skip" }, t("Skip")), !moved && carry),
              ]
            : h("p", {}, t("NoMorePlaces")),
      this.message &&
        h("p", { class: `notice ${this.message.level}`, role: "alert", "data-message": this.message.level }, this.message.text),
    );
  }

  // The room from above with the point that is to be marked; a click chooses another one.
  miniPlan(target) {
    const { app, t } = this;
    const frame = frameOf(boundsOf(app.map, [target.plan.slice(0, 2)]), 0.6);
    const marked = model.pointsOf(app.map, this.id);
    const r = frame.width / 110;
    const [tx, ty] = toDrawing(frame, target.plan);
    return h(
      "svg:svg",
      {
        class: "mini-plan",
        viewBox: `0 0 ${frame.width} ${frame.height}`,
        role: "group",
        "aria-label": t("MiniPlan"),
        "data-view": "mini",
      },
      h("polygon", { class: "floor", points: pointsText(frame, app.map.room.outline) }),
      app.map.stations.map((s) => {
        const [x, y] = toDrawing(frame, s.center);
        const corners = model.cornersOf(s);
        return h(
          "g",
          { class: target.station === s.id ? "selected" : null },
          h("polygon", { class: "worktop", points: pointsText(frame, corners) }),
          h("polyline", { class: "front", points: pointsText(frame, corners.slice(0, 2)) }),
          h("text", { x, y, dy: "0.35em", "font-size": Math.min(40, s.size[1] * 60) }, s.label),
        );
      }),
      this.list
        .filter((p) => p.kind !== "top")
        .map((p) => {
          const [x, y] = toDrawing(frame, p.plan);
          const isMarked = marked.some((m) => Math.hypot(m.plan[0] - p.plan[0], m.plan[1] - p.plan[1]) < 0.002);
          return h(
            "g",
            {
              class: `place ${isMarked ? "is-marked" : ""}`,
              "data-act": "choose",
              "data-arg": p.key,
              "data-key": p.key,
              transform: `translate(${x} ${y})`,
            },
            h("circle", { class: "hit", r: r * 2.6 }),
            h("circle", { class: "dot", r: r * 0.9 }),
          );
        }),
      h(
        "g",
        { class: "aimed", transform: `translate(${tx} ${ty})`, "data-key": "aimed" },
        h("circle", { r: r * 2.6 }),
        h("circle", { class: "dot", r: r * 1.2 }),
      ),
    );
  }

  state() {
    const { t, result } = this;
    const share = result?.heldOutShare;
    return h(
      "section",
      { class: "card", "data-key": "state", "aria-labelledby": "state-title" },
      h("h2", { id: "state-title" }, t("CalibrationOf", this.app.cameraName(this.id))),
      h(
        "p",
        {
          class: `notice ${result?.kind === "spatial" ? "good" : result?.kind === "refused" ? "bad" : "unknown"}`,
          "data-kind-of": result?.kind ?? "none",
        },
        t(`Kind-${result?.kind ?? "none"}`),
      ),
      result?.refusal && h("p", { class: "notice bad", role: "alert" }, t.of(result.refusal)),
      result?.rmsPx !== undefined &&
        result?.rmsPx !== null &&
        h(
          "dl",
          { class: "fact-list" },
          h("div", {}, h("dt", {}, t("Rms")), h("dd", { "data-rms": result.rmsPx }, `${t.number(result.rmsPx, 2)} px`)),
          h(
            "div",
            {},
            h("dt", {}, t("HeldOut")),
            h(
              "dd",
              { "data-held-out": share ?? "" },
              share === null || share === undefined ? "–" : `${t.number(result.heldOutRmsPx, 2)} px (${t.number(share * 100, 2)} %)`,
            ),
          ),
        ),
      (result?.remarks ?? []).map((r) => h("p", { class: "notice unknown" }, t.of(r))),
      this.findings([
        ...(this.taken.get(this.id)?.findings ?? []),
        ...(this.plates.get(this.id)?.findings ?? []),
        ...(this.plateFindings ?? []),
        ...this.app.findings.filter(
          (f) =>
            f.camera === this.id &&
            (f.point === undefined || f.point === null) &&
            f.code !== "calibration-refused" &&
            f.code !== "calibration-remark",
        ),
      ]),
    );
  }

  points() {
    const { app, t, result } = this;
    const points = model.pointsOf(app.map, this.id);
    return h(
      "details",
      { class: "card", open: true, "data-key": "points" },
      h("summary", {}, h("h2", {}, t("PointsN", points.length))),
      h(
        "ol",
        { class: "points-list" },
        points.map((p, i) => {
          const point = result?.points[i];
          const state = point?.state ?? "unknown";
          return h(
            "li",
            { class: `is-${state} ${this.selected === i ? "selected" : ""}`, "data-key": i, "data-point": i, "data-state": state },
            h(
              "button",
              { type: "button", class: "row-head", "data-act": "select-point", "data-arg": i, "aria-pressed": String(this.selected === i) },
              h("strong", {}, i + 1),
              h("span", {}, this.nameOf(p)),
              h(
                "span",
                { class: "figures" },
                point?.missPx === null || point?.missPx === undefined
                  ? "–"
                  : `${t.number(point.missPx, 1)} px${point.missCm ? ` · ${t.number(point.missCm, 0)} cm` : ""}`,
              ),
            ),
            state !== "fits" &&
              state !== "unknown" &&
              h("p", { class: "problem", role: "alert" }, t(`State-${state}`), " ", t.of(point.text)),
            app.findings
              .filter((f) => f.camera === this.id && f.point === i && !point?.text)
              .map((f) => h("p", { class: "problem" }, t.of(f.problem), " ", t.of(f.mend))),
            this.selected === i &&
              h(
                "div",
                { class: "edit" },
                this.field(`p.${i}.x`, "x", p.plan[0]),
                this.field(`p.${i}.y`, "y", p.plan[1]),
                this.field(`p.${i}.z`, t("Above"), p.plan[2]),
                this.field(`p.${i}.u`, "u", p.pixel[0], { unit: "px" }),
                this.field(`p.${i}.v`, "v", p.pixel[1], { unit: "px" }),
                h(
                  "div",
                  { class: "actions wide" },
                  h("button", { type: "button", "data-act": "remove-point", "data-arg": i }, t("Remove")),
                ),
              ),
          );
        }),
      ),
      h(
        "form",
        { class: "edit", "data-submit": "own", "aria-label": t("OwnPoint") },
        h("p", { class: "help wide" }, t("OwnPointHelp")),
        ["x", "y", "z"].map((a) =>
          h("label", {}, a === "z" ? t("Above") : a, h("input", { name: a, inputmode: "decimal", autocomplete: "off", "data-keep": true })),
        ),
        this.ownProblem && h("p", { class: "notice bad wide", role: "alert" }, t.problem(this.ownProblem)),
        h("div", { class: "wide" }, h("button", { type: "submit" }, t("OwnPoint"))),
      ),
    );
  }

  regionChoice() {
    const { app, t } = this;
    this.station ??= app.map.stations[0]?.id;
    return [
      h(
        "label",
        {},
        t("RegionOf"),
        h(
          "select",
          { "data-set": "station" },
          app.map.stations.map((s) => h("option", { value: s.id, selected: s.id === this.station }, s.label)),
        ),
      ),
      h("p", { class: "help" }, t("RegionHelp")),
    ];
  }

  byHand() {
    const { app, t } = this;
    const regions = app.map.stations.filter((s) => s.regions?.[this.id]);
    const masks = this.camera.masks ?? [];
    if (regions.length + masks.length === 0) return null;
    return h(
      "section",
      { class: "card", "data-key": "by-hand" },
      h("h2", {}, t("ByHand")),
      h(
        "ul",
        { class: "stations-list" },
        regions.map((s) =>
          h(
            "li",
            { "data-key": `r${s.id}` },
            t("RegionN", s.label),
            " ",
            h("button", { type: "button", "data-act": "remove-region", "data-arg": s.id }, t("Remove")),
          ),
        ),
        masks.map((_, i) =>
          h(
            "li",
            { "data-key": `m${i}` },
            t("MaskN", i + 1),
            " ",
            h("button", { type: "button", "data-act": "remove-mask", "data-arg": i }, t("Remove")),
          ),
        ),
      ),
    );
  }

  pictures() {
    const { t, camera } = this;
    return h(
      "details",
      { class: "card", "data-key": "pictures" },
      h("summary", {}, h("h2", {}, t("Pictures"))),
      h("p", { class: "help" }, t("ReferenceNow", camera.reference ?? "–")),
      h(
        "label",
        {},
        t("TakeOver"),
        h(
          "select",
          { "data-set": "seconds" },
          [
            [0, t("TakeOne")],
            [10, t("TakeTen")],
            [30, t("TakeThirty")],
          ].map(([v, label]) => h("option", { value: v, selected: v === this.seconds }, label)),
        ),
      ),
      h("label", { class: "file" }, t("BringPicture"), h("input", { type: "file", accept: "image/png,image/jpeg", "data-set": "brought" })),
      h("h3", {}, t("PartsOfDay")),
      h("p", { class: "help" }, t("PartsOfDayHelp")),
      h(
        "ul",
        {},
        (camera.references ?? []).map((r, i) =>
          h(
            "li",
            { "data-key": i },
            `${r.from}–${r.to} `,
            h("button", { type: "button", "data-act": "remove-part", "data-arg": i }, t("Remove")),
          ),
        ),
      ),
      h(
        "form",
        { class: "edit", "data-submit": "part", "aria-label": t("TakePart") },
        h("label", {}, t("PartFrom"), h("input", { name: "from", type: "time", required: true, value: this.part.from, "data-keep": true })),
        h("label", {}, t("PartTo"), h("input", { name: "to", type: "time", required: true, value: this.part.to, "data-keep": true })),
        h("div", { class: "wide" }, h("button", { type: "submit", disabled: this.busy.has(this.id) }, t("TakePart"))),
      ),
    );
  }
}
