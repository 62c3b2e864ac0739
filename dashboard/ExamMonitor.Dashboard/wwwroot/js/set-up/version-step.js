// Step 6: versions: who, when, why; what changed; the signature and the certificate.
import { h } from "./dom.js";
import { boundsOf, frameOf, pointsText, toDrawing } from "./geometry.js";
import * as model from "./model.js";
import { siteTime } from "../site-time.js";
import { Step } from "./step.js";

export class VersionStep extends Step {
  enter() {
    this.load();
  }

  async load() {
    const { app, t } = this;
    const answer = await app.api.get("versions");
    app.heard(answer);
    this.problem = answer.ok ? null : answer.isLost ? t("Lost") : t("ActRefused");
    this.versions = answer.value ?? [];
    app.draw();
  }

  build() {
    const { t, versions } = this;
    return [
      h(
        "section",
        { class: "card wide", "aria-labelledby": "versions-title" },
        h("h2", { id: "versions-title" }, t("Versions")),
        h("p", { class: "help" }, t("VersionsHelp")),
        this.problem && h("p", { class: "notice bad", role: "alert" }, this.problem),
        versions && versions.length === 0 && !this.problem && h("p", {}, t("NoVersions")),
        versions &&
          versions.length > 0 &&
          h(
            "div",
            { class: "scroll" },
            h(
              "table",
              { class: "versions" },
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  ["Version", "ValidFrom", "ValidTo", "Author", "Why", "Digest", "LedgerEntry", "Signed", "Act"].map((k) =>
                    h("th", { scope: "col" }, t(k)),
                  ),
                ),
              ),
              h(
                "tbody",
                {},
                versions.map((v) => this.row(v)),
              ),
            ),
          ),
        this.comparison(),
      ),
    ];
  }

  row(v) {
    const { app, t } = this;
    const language = t.language.startsWith("zh") ? "zh" : "en";
    const [site, agent] = [app.dataset.site, app.dataset.agent];
    return h(
      "tr",
      { "data-key": v.version, "data-version": v.version },
      h("th", { scope: "row" }, v.version),
      h("td", {}, this.time(v.validFrom)),
      h("td", {}, v.validTo ? this.time(v.validTo) : h("span", { class: "pill is-yes" }, t("InForce"))),
      h("td", {}, v.author),
      h("td", { class: "why" }, v.reason),
      h("td", { class: "digest" }, v.sha256),
      h("td", {}, h("a", { href: `/ledger/${site}/${agent}/entries/${v.entry}/entry.json` }, v.entry)),
      h(
        "td",
        {},
        v.signature
          ? `${v.signature.person}, ${this.time(v.signature.at)}`
          : v.validTo
            ? "–"
            : h(
                "button",
                {
                  type: "button",
                  class: "primary",
                  "data-act": "sign",
                  "data-arg": v.version,
                  disabled: this.isBusy,
                  title: t("SignHelp"),
                },
                t("Sign"),
              ),
      ),
      h(
        "td",
        {},
        h(
          "div",
          { class: "actions" },
          h(
            "a",
            {
              class: "button",
              href: `${app.dataset.address}/versions/${v.version}/certificate.pdf?language=${language}`,
              download: `certificate-${app.map.room.id}-${v.version}.pdf`,
            },
            t("Certificate"),
          ),
          v.version > 1 &&
            h(
              "button",
              { type: "button", "data-act": "compare", "data-arg": v.version, disabled: this.isBusy },
              t("Compare", v.version - 1),
            ),
          v.validTo && h("button", { type: "button", "data-act": "reopen", "data-arg": v.version, disabled: this.isBusy }, t("Reopen")),
        ),
      ),
    );
  }

  time(text) {
    return siteTime(text, this.app.dataset.zone);
  }

  comparison() {
    const { t, compared } = this;
    if (!compared) return null;
    return h(
      "section",
      { class: "comparison", "aria-labelledby": "compared-title" },
      h("h2", { id: "compared-title" }, t("ChangesFrom", compared.from, compared.to)),
      compared.changes.length === 0
        ? h("p", {}, t("NoChanges"))
        : h(
            "ul",
            { class: "changes" },
            compared.changes.map((c, i) => h("li", { "data-key": i, class: `is-${c.kind}` }, t.of(c.text))),
          ),
      this.drawn2(),
    );
  }

  // Both rooms over each other: what was, dashed; what is, whole.
  drawn2() {
    const { compared } = this;
    if (!compared.before || !compared.after) return null;
    const frame = frameOf(boundsOf(compared.after, [...compared.before.room.outline, ...compared.before.stations.map((s) => s.center)]));
    const changed = new Set(compared.changes.map((c) => c.id));
    const draw = (map, name) =>
      h(
        "g",
        { class: name },
        h("polygon", { class: "wall", points: pointsText(frame, map.room.outline) }),
        map.stations
          .filter((s) => name === "after" || changed.has(s.id))
          .map((s) => {
            const [x, y] = toDrawing(frame, s.center);
            return h(
              "g",
              { class: changed.has(s.id) ? "changed" : null },
              h("polygon", { class: "worktop", points: pointsText(frame, model.cornersOf(s)) }),
              name === "after" && h("text", { x, y, dy: "0.35em", "font-size": 26 }, s.label),
            );
          }),
      );
    return h(
      "svg:svg",
      {
        class: "set-up-plan compare",
        viewBox: `0 0 ${frame.width} ${frame.height}`,
        role: "img",
        "aria-label": this.t("ChangesFrom", compared.from, compared.to),
      },
      draw(compared.before, "before"),
      draw(compared.after, "after"),
    );
  }

  async act(name, arg) {
    const { app, t } = this;
    const version = Number(arg);
    this.isBusy = true;
    app.draw();
    if (name === "sign") {
      await app.sign(version);
    } else if (name === "compare") {
      const [changes, before, after] = await Promise.all([
        app.api.get(`versions/${version - 1}/changes/${version}`),
        app.api.get(`versions/${version - 1}`),
        app.api.get(`versions/${version}`),
      ]);
      app.heard(changes);
      if (changes.ok) this.compared = { ...changes.value, before: before.value?.map, after: after.value?.map };
      else this.problem = t("Lost");
    } else if (name === "reopen") {
      const answer = await app.api.get(`versions/${version}`);
      app.heard(answer);
      if (answer.ok) {
        app.change(answer.value.map);
        app.say("save", "warn", t("Reopened", version));
        app.go(["plan"]);
      } else this.problem = t("Lost");
    }

    this.isBusy = false;
    app.draw();
  }
}
