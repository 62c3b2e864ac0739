// Step 2: cameras by address, or found on the network; and what one of them answers when it is tried.
import { addressOf, h } from "./dom.js";
import * as model from "./model.js";
import { Step } from "./step.js";

const PLAIN_SIZE = { width: 1920, height: 1080 };

export class CameraStep extends Step {
  constructor(app) {
    super(app);
    this.tests = new Map();
    this.login = { user: "", password: "" };
    this.addresses = "";
  }

  build() {
    return [h("div", { class: "drawing" }, this.cameras()), h("div", { class: "list" }, this.addForm(), this.discovery())];
  }

  cameras() {
    const { app, t } = this;
    return h(
      "section",
      { class: "card", "aria-labelledby": "cameras-title" },
      h("h2", { id: "cameras-title" }, t("CamerasN", app.map.cameras.length)),
      app.map.cameras.length === 0 && h("p", { class: "help" }, t("NoCamerasHelp")),
      h(
        "ul",
        { class: "cameras-list" },
        app.map.cameras.map((c) => this.camera(c)),
      ),
      app.map.cameras.length > 0 &&
        h("div", { class: "actions" }, h("button", { type: "button", "data-act": "test-all", disabled: this.isTesting }, t("TestAll"))),
    );
  }

  camera(c) {
    const { app, t } = this;
    const access = app.access.find((a) => a.id === c.id);
    const isFixed = access?.source === "configuration";
    const set = (part, label, value, more = {}) =>
      h(
        "label",
        { class: more.wide ? "wide" : null },
        label,
        h("input", {
          "data-set": `${c.id}.${part}`,
          value: value ?? "",
          readonly: isFixed,
          autocomplete: "off",
          spellcheck: false,
          ...more.props,
        }),
      );
    const i = app.map.cameras.indexOf(c);
    return h(
      "li",
      { "data-key": c.id, class: "camera-item" },
      h(
        "div",
        { class: "row" },
        h("h3", {}, app.cameraName(c.id), " ", h("small", {}, c.id)),
        h("span", { class: "figures" }, `${c.image.width}×${c.image.height}`),
        h(
          "button",
          { type: "button", "data-act": "test", "data-arg": c.id, disabled: this.tests.get(c.id)?.isRunning },
          this.tests.get(c.id)?.isRunning ? t("Testing") : t("Test"),
        ),
        h("a", { class: "button", href: addressOf(`calibrate/${c.id}`), "data-act": "calibrate", "data-arg": c.id }, t("Calibrate")),
      ),
      isFixed && h("p", { class: "help" }, t("CameraInConfiguration")),
      h(
        "details",
        { "data-key": "access" },
        h("summary", {}, t("Connection"), " ", h("small", {}, access?.address ?? "–")),
        h(
          "div",
          { class: "edit" },
          set("name", t("Name"), c.name),
          set("address", t("Address"), access?.address, { wide: true }),
          set("analysisAddress", t("SubStream"), access?.analysisAddress, { wide: true }),
          set("user", t("User"), access?.user),
          set("password", t("Password"), null, {
            props: {
              type: "password",
              "data-keep": true,
              value: null,
              placeholder: access?.hasPassword ? t("PasswordKept") : "",
              autocomplete: "new-password",
            },
          }),
          h(
            "label",
            {},
            t("Transport"),
            h(
              "select",
              { "data-set": `${c.id}.transport`, disabled: isFixed },
              ["tcp", "udp"].map((v) => h("option", { value: v, selected: access?.transport === v }, v)),
            ),
          ),
          h(
            "label",
            { class: "check wide" },
            h("input", {
              type: "checkbox",
              "data-set": `${c.id}.allowPasswordInClear`,
              checked: access?.allowPasswordInClear,
              disabled: isFixed,
            }),
            t("PasswordInClear"),
          ),
          h(
            "label",
            { class: "check wide" },
            h("input", { type: "checkbox", "data-set": `${c.id}.enabled`, checked: access?.enabled, disabled: isFixed }),
            t("CameraEnabled"),
          ),
          !isFixed &&
            h("div", { class: "wide" }, h("button", { type: "button", "data-act": "remove-camera", "data-arg": c.id }, t("RemoveCamera"))),
        ),
      ),
      this.result(c.id),
      this.findings(
        app.findings.filter(
          (f) =>
            (f.camera === c.id || f.path.startsWith(`$.cameras[${i}]`)) && f.point === undefined && !/calibration|covered/.test(f.code),
        ),
        `findings-${c.id}`,
      ),
    );
  }

  result(id) {
    const { t } = this;
    const test = this.tests.get(id);
    if (!test?.value && !test?.problem) return null;
    if (test.problem) return h("p", { class: "notice bad", role: "alert" }, test.problem);
    const { value } = test;
    const row = (label, pick) =>
      h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, pick(value.recorded)), value.analysis && h("td", {}, pick(value.analysis)));
    const number = (v, digits, unit) => (v === null || v === undefined ? "–" : `${t.number(v, digits)} ${unit}`);
    return h(
      "div",
      { class: "test-result", "data-key": "test", "data-works": String(value.works) },
      value.hasPicture &&
        h("img", {
          src: this.app.api.pictureAddress(`cameras/test/${value.test}.jpg`),
          alt: t("TestPicture", this.app.cameraName(id)),
          width: 320,
        }),
      h(
        "div",
        {},
        h("p", { class: `notice ${value.works ? "good" : "bad"}`, role: "status" }, t(value.works ? "TestWorks" : "TestFails")),
        value.recorded &&
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                h("th", { scope: "col" }, t("Stream")),
                h("th", { scope: "col" }, t("Recorded")),
                value.analysis && h("th", { scope: "col" }, t("SubStream")),
              ),
            ),
            h(
              "tbody",
              {},
              row(t("Codec"), (s) => s.codec),
              row(t("Size"), (s) => `${s.size.width}×${s.size.height}`),
              row(t("Rate"), (s) => number(s.framesPerSecond, 1, t("PerSecond"))),
              row(t("BitRate"), (s) => number(s.bitRateKbps, 0, "kbit/s")),
              row(t("KeyFrames"), (s) => number(s.keyFrameSeconds, 1, "s")),
              row(t("Audio"), (s) => s.audioCodec ?? t("NoAudio")),
              row(t("Clock"), (s) =>
                number(s.clockOffsetMs === null || s.clockOffsetMs === undefined ? null : s.clockOffsetMs / 1000, 1, "s"),
              ),
            ),
          ),
      ),
      this.findings(value.findings, "test-findings"),
    );
  }

  addForm() {
    const { t } = this;
    return h(
      "section",
      { class: "card", "aria-labelledby": "add-title" },
      h("h2", { id: "add-title" }, t("AddByAddress")),
      h(
        "form",
        { class: "edit", "data-submit": "add", "aria-labelledby": "add-title" },
        h(
          "label",
          { class: "wide" },
          t("Addresses"),
          h(
            "textarea",
            { name: "addresses", rows: 3, spellcheck: false, placeholder: "rtsp://10.0.0.21/stream1", "data-live": "addresses" },
            this.addresses,
          ),
        ),
        h("p", { class: "help wide" }, t("AddressesHelp")),
        h("label", {}, t("User"), h("input", { name: "user", autocomplete: "off", value: this.login.user, "data-live": "login.user" })),
        h(
          "label",
          {},
          t("Password"),
          h("input", {
            name: "password",
            type: "password",
            autocomplete: "new-password",
            "data-keep": true,
            "data-live": "login.password",
          }),
        ),
        this.addProblem && h("p", { class: "notice bad wide", role: "alert" }, t.problem(this.addProblem)),
        h("div", { class: "wide" }, h("button", { type: "submit", class: "primary" }, t("AddCameras"))),
      ),
    );
  }

  discovery() {
    const { t } = this;
    const found = this.found;
    return h(
      "section",
      { class: "card", "aria-labelledby": "find-title" },
      h("h2", { id: "find-title" }, t("FindCameras")),
      h("p", { class: "help" }, t("FindHelp")),
      h(
        "div",
        {},
        h("button", { type: "button", "data-act": "discover", disabled: this.isFinding }, this.isFinding ? t("Finding") : t("FindNow")),
      ),
      this.findProblem && h("p", { class: "notice bad", role: "alert" }, this.findProblem),
      found && h("p", { role: "status" }, t("FoundN", found.devices.length)),
      found && this.findings(found.findings, "find-findings"),
      found &&
        h(
          "ul",
          { class: "stations-list" },
          found.devices.map((d) =>
            h(
              "li",
              { "data-key": d.deviceAddress, class: "device" },
              h("strong", {}, d.name ?? d.hardware ?? new URL(d.deviceAddress).hostname),
              h("small", {}, ` ${new URL(d.deviceAddress).host} ${d.place ?? ""}`),
              d.configured
                ? h("span", { class: "tag" }, t("AlreadyHere", d.configured))
                : h(
                    "button",
                    { type: "button", "data-act": "take", "data-arg": d.deviceAddress, disabled: this.asking === d.deviceAddress },
                    t("AddThis"),
                  ),
            ),
          ),
        ),
    );
  }

  act(name, arg) {
    const { app } = this;
    if (name === "test") this.test(arg);
    else if (name === "test-all") this.testAll();
    else if (name === "discover") this.discover();
    else if (name === "take") this.take(arg);
    else if (name === "calibrate") app.go(["calibrate", arg]);
    else if (name === "remove-camera") {
      app.access = app.access.filter((a) => a.id !== arg);
      app.change({ ...app.map, cameras: app.map.cameras.filter((c) => c.id !== arg) });
    }
  }

  set(name, input) {
    const { app } = this;
    if (name === "addresses") {
      this.addresses = input.value;
      return;
    }
    if (name.startsWith("login.")) {
      this.login[name.slice(6)] = input.value;
      return;
    }
    const at = name.lastIndexOf(".");
    const [id, part] = [name.slice(0, at), name.slice(at + 1)];
    if (part === "name") {
      app.change(model.changeCamera(app.map, id, { name: input.value.trim() || null }));
      return;
    }
    const value = input.type === "checkbox" ? input.checked : input.value.trim() || null;
    app.access = app.access.map((a) => (a.id === id ? { ...a, [part]: value } : a));
    app.changed();
  }

  submit(name, form, data) {
    const { app, t } = this;
    this.addProblem = null;
    const lines = String(data.get("addresses"))
      .split(/\s+/)
      .filter((l) => l !== "");
    const wrong = lines.find((l) => !/^rtsps?:\/\/[^\s/@]+(\/\S*)?$/i.test(l));
    if (lines.length === 0) this.addProblem = ["AddressMissing"];
    else if (lines.some((l) => /^rtsps?:\/\/[^/]*@/i.test(l))) this.addProblem = ["AddressWithPassword"];
    else if (wrong) this.addProblem = ["AddressUnfit", wrong];
    else if (lines.some((l) => app.access.some((a) => a.address === l)))
      this.addProblem = ["AddressTwice", lines.find((l) => app.access.some((a) => a.address === l))];
    if (this.addProblem) {
      app.draw();
      return;
    }
    for (const address of lines)
      this.add({ address, user: String(data.get("user")).trim() || null, password: String(data.get("password")) || null });
    this.addresses = "";
    form.querySelector("textarea").value = "";
    document.activeElement?.blur?.();
    app.say("cameras", "good", t("CamerasAdded", lines.length));
  }

  /** One more camera; it takes the next free number of the room. */
  add({ address, analysisAddress = null, user, password, size = PLAIN_SIZE, name = null }) {
    const { app } = this;
    const taken = new Set(app.map.cameras.map((c) => c.id));
    let n = 1;
    while (taken.has(`C${n}`)) n++;
    const id = `C${n}`;
    app.access = [
      ...app.access,
      {
        id,
        address,
        analysisAddress,
        user,
        password,
        transport: "tcp",
        allowPasswordInClear: false,
        enabled: true,
        hasPassword: false,
        source: "set-up",
      },
    ];
    app.change(model.changeCamera(app.map, id, { image: size, name }));
    return id;
  }

  async testAll() {
    this.isTesting = true;
    await Promise.all(this.app.map.cameras.map((c) => this.test(c.id)));
    this.isTesting = false;
    this.app.draw();
  }

  async test(id) {
    const { app, t } = this;
    const a = app.access.find((x) => x.id === id);
    if (!a) return;
    this.tests.set(id, { isRunning: true });
    app.draw();
    const isSaved = app.setUp?.cameras.some((c) => c.id === id);
    const answer = await app.api.post("cameras/test", {
      address: a.address,
      analysisAddress: a.analysisAddress,
      user: a.user,
      password: a.password,
      transport: a.transport,
      allowPasswordInClear: a.allowPasswordInClear,
      ...(isSaved ? { room: app.map.room.id, camera: id } : {}),
    });
    app.heard(answer);
    this.tests.set(
      id,
      answer.ok
        ? { value: answer.value }
        : {
            problem: answer.isLost ? t("Lost") : answer.status === 404 ? t("WholeSiteNeeded") : (answer.value?.detail ?? t("TestRefused")),
          },
    );
    // Points are marked in the picture as it is recorded: its size is what the camera sends, unless something is marked already.
    const size = answer.value?.recorded?.size;
    const c = model.camera(app.map, id);
    if (size && c && !c.reference && model.pointsOf(app.map, id).length === 0) app.change(model.resized(app.map, id, size));
    app.draw();
  }

  async discover() {
    const { app, t } = this;
    [this.isFinding, this.findProblem] = [true, null];
    app.draw();
    const answer = await app.api.post("cameras/discovery");
    app.heard(answer);
    this.isFinding = false;
    if (answer.ok) this.found = answer.value;
    else
      this.findProblem = answer.isLost
        ? t("Lost")
        : answer.status === 404
          ? t("WholeSiteNeeded")
          : (answer.value?.detail ?? t("TestRefused"));
    app.draw();
  }

  async take(deviceAddress) {
    const { app, t } = this;
    this.asking = deviceAddress;
    this.findProblem = null;
    app.draw();
    const { user, password } = this.login;
    const answer = await app.api.post("cameras/onvif", { deviceAddress, user: user || null, password: password || null });
    app.heard(answer);
    this.asking = null;
    if (answer.ok && answer.value.address) {
      const main = answer.value.profiles.find((p) => p.address === answer.value.address);
      const id = this.add({
        address: answer.value.address,
        analysisAddress: answer.value.analysisAddress,
        user: user || null,
        password: password || null,
        size: main?.size ?? PLAIN_SIZE,
      });
      this.found = {
        ...this.found,
        devices: this.found.devices.map((d) => (d.deviceAddress === deviceAddress ? { ...d, configured: id } : d)),
        findings: answer.value.findings,
      };
    } else
      this.findProblem = answer.isLost
        ? t("Lost")
        : answer.value?.findings?.map((f) => `${t.of(f.problem)} ${t.of(f.mend)}`).join(" ") || answer.value?.detail || t("OnvifNoStream");
    app.draw();
  }
}
