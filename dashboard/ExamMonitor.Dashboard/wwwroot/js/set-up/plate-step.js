// Step 3: plates to print, for the stations that are chosen.
import { h } from "./dom.js";
import * as model from "./model.js";
import { Step } from "./step.js";

export class PlateStep extends Step {
  constructor(app) {
    super(app);
    this.left = new Set();
    this.paper = "a4";
  }

  get chosen() {
    return this.app.map.stations.filter((s) => !this.left.has(s.id));
  }

  build() {
    const { app, t } = this;
    const twice = model.sameNumbers(app.map);
    return [
      h(
        "section",
        { class: "card wide", "aria-labelledby": "plates-title" },
        h("h2", { id: "plates-title" }, t("Plates")),
        h("p", {}, t("PlatesHelp")),
        app.map.stations.length === 0 && h("p", { class: "notice warn" }, t("PlatesNoStations")),
        twice.map(([number, ids]) => h("p", { class: "notice bad", role: "alert" }, t("SameNumber", number, ids.join(", ")))),
        h(
          "fieldset",
          { class: "choices" },
          h("legend", {}, t("PlatesFor")),
          app.map.stations.map((s) =>
            h(
              "label",
              { class: "check", "data-key": s.id },
              h("input", { type: "checkbox", "data-set": s.id, checked: !this.left.has(s.id) }),
              s.label,
            ),
          ),
        ),
        h(
          "div",
          { class: "actions" },
          h("button", { type: "button", "data-act": "all" }, t("ChooseAll")),
          h("button", { type: "button", "data-act": "none" }, t("ChooseNone")),
        ),
        h(
          "fieldset",
          { class: "choices" },
          h("legend", {}, t("Paper")),
          ["a4", "a3"].map((p) =>
            h(
              "label",
              { class: "check" },
              h("input", { type: "radio", name: "paper", "data-set": `paper.${p}`, checked: this.paper === p }),
              t(`Paper-${p}`),
            ),
          ),
        ),
        h(
          "div",
          {},
          h(
            "button",
            {
              type: "button",
              class: "primary",
              "data-act": "print",
              disabled: this.isBusy || this.chosen.length === 0 || twice.length > 0,
            },
            t("PlatesPdf", this.chosen.length),
          ),
        ),
        this.problem && h("p", { class: "notice bad", role: "alert" }, this.problem),
        this.findings(this.refusal ?? []),
      ),
    ];
  }

  set(name, input) {
    if (name.startsWith("paper.")) this.paper = name.slice(6);
    else if (input.checked) this.left.delete(name);
    else this.left.add(name);
    this.app.draw();
  }

  async act(name) {
    const { app, t } = this;
    if (name === "all") this.left.clear();
    if (name === "none") this.left = new Set(app.map.stations.map((s) => s.id));
    if (name === "print") {
      [this.isBusy, this.problem, this.refusal] = [true, null, null];
      app.draw();
      const answer = await app.api.download(
        "plates.pdf",
        { map: app.map, stations: this.chosen.map((s) => s.id), paper: this.paper },
        `plates-${app.map.room.id}.pdf`,
      );
      this.isBusy = false;
      app.heard(answer);
      if (!answer.ok) [this.problem, this.refusal] = [answer.isLost ? t("Lost") : t("PlatesRefused"), answer.value?.findings];
    }

    app.draw();
  }
}
