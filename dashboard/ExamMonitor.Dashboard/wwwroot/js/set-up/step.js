// What the steps of the page have in common: fields with their sentence at the place, and sentences of the agent.
import { h } from "./dom.js";
import { numberIn } from "./typed.js";

export class Step {
  constructor(app) {
    this.app = app;
    this.problems = new Map();
  }

  get t() {
    return this.app.t;
  }

  /** A field of metres or degrees. What cannot be read stays in it, with its sentence below. */
  field(set, label, value, { unit = "m", wide = false } = {}) {
    const problem = this.problems.get(set);
    const id = `problem-${set.replace(/[^A-Za-z0-9]/g, "-")}`;
    return h(
      "label",
      { class: wide ? "wide" : null, "data-key": `f-${set}` },
      h("span", {}, label, unit && h("small", {}, ` ${unit}`)),
      h("input", {
        type: "text",
        inputmode: "decimal",
        autocomplete: "off",
        "data-set": set,
        value: problem?.text ?? value ?? "",
        "aria-invalid": problem ? "true" : null,
        "aria-describedby": problem ? id : null,
      }),
      problem && h("span", { class: "problem", id, role: "alert" }, this.t.problem(problem.problem)),
    );
  }

  /** Reads a field; null when it cannot be read, and its sentence stands below it from then on. */
  read(set, input, least, most) {
    const { value, problem } = numberIn(input.value, least, most);
    if (problem) this.problems.set(set, { problem, text: input.value });
    else this.problems.delete(set);
    this.app.draw();
    return problem ? null : value;
  }

  /** Sentences of the agent: what, and what to do. */
  findings(list, key = "findings") {
    if (list.length === 0) return null;
    return h(
      "ul",
      { class: "findings-list", "data-key": key },
      list.map((f) =>
        h(
          "li",
          { class: `notice ${f.level === "error" ? "bad" : "warn"}`, "data-code": f.code },
          h("strong", {}, this.t.of(f.problem)),
          " ",
          h("span", {}, this.t.of(f.mend)),
        ),
      ),
    );
  }

  tools(list, current) {
    return list.map(([act, arg, label, title]) =>
      h(
        "button",
        {
          type: "button",
          "data-act": act,
          "data-arg": arg,
          "aria-pressed": current === undefined ? null : String(current === arg),
          title,
          "data-key": `${act}-${arg}`,
        },
        label,
      ),
    );
  }
}
