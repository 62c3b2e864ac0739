// Saving a room: what came of it in words, another person who was faster, a draft that is dropped.
import * as draft from "./draft.js";
import * as history from "./history.js";
import * as model from "./model.js";

export class SavingElement extends HTMLElement {
  /** Saves; with `signs`, signs what is in force then. */
  async save(signs = false) {
    if (this.isSaving) return;
    if (signs && this.isSaved) {
      await this.sign(this.base);
      return;
    }

    if (this.reason.trim() === "") {
      this.say("save", "bad", this.t("ReasonMissing"));
      this.draw();
      this.querySelector("[name=reason]")?.focus();
      return;
    }

    this.isSaving = true;
    this.draw();
    const sent = this.map;
    const cameras = this.access.map(({ hasPassword, source, ...a }) => a);
    const answer = await this.api.put(
      "room",
      {
        basedOn: this.base,
        map: sent,
        cameras,
        record: this.setUp?.record ?? "always",
        soundRequired: this.setUp?.soundRequired ?? true,
        background: this.background(),
      },
      { reason: this.reason.trim() },
    );
    this.isSaving = false;
    if (answer.ok && answer.value?.version) {
      this.saved(answer.value, sent);
      if (signs) await this.sign(answer.value.version);
    } else this.notSaved(answer);
    this.draw();
  }

  /** Signs a version. True when it is signed. */
  async sign(version) {
    this.isSaving = true;
    this.draw();
    const answer = await this.api.post(`versions/${version}/signature`, undefined, { reason: this.reason.trim() || null });
    this.isSaving = false;
    this.heard(answer);
    if (answer.ok) {
      const signature = answer.value?.signature ?? {};
      if (this.setUp?.version === version) this.setUp = { ...this.setUp, inForce: { ...this.setUp.inForce, signature } };
      this.say("save", "good", this.t("SignedNow", version));
    } else {
      const why = answer.act ? `${this.t(`Act${answer.act}`)} ${answer.value?.detail ?? ""}` : this.t("SignFailed");
      this.say("save", "bad", answer.status === 409 ? this.t("SignTooLate") : why);
    }

    if (this.step === "versions") await this.steps.versions.load();
    this.draw();
    return answer.ok;
  }

  saved(setUp, sent) {
    this.setUp = setUp;
    this.base = setUp.version;
    this.access = setUp.cameras.map(({ hasPassword, source, ...c }) => ({ ...c, password: null, hasPassword, source }));
    this.refusal = null;
    for (const key of ["draft", "lost", "save", "map-waits-for-restart", "map-changed-by-hand"]) this.unsay(key);
    this.say("save", "good", this.t("Saved", setUp.version));
    this.checkedMap = null;
    if (this.map === sent) {
      // Paths of pictures and defaults as the agent wrote them.
      this.past = history.record(this.past, setUp.map, "saved");
      this.keepThere.stop();
      draft.forget(this.place);
      this.api.remove("draft");
      this.isSaved = true;
    } else this.changed();
    this.check();
  }

  notSaved(answer) {
    if (answer.status === 409) {
      this.conflict = answer.value;
      this.say("save", "bad", this.t.of(answer.value?.text) || this.t("ActRefused"), [
        ["take-theirs", this.t("TakeTheirs")],
        ["keep-mine", this.t("KeepMine")],
      ]);
    } else if (answer.status === 422) {
      this.refusal = answer.value;
      this.say("save", "bad", this.t("NotSaved"));
    } else if (answer.isLost && !answer.act) this.say("save", "bad", this.t("NotSavedLost"));
    else this.say("save", "bad", answer.act ? `${this.t(`Act${answer.act}`)} ${answer.value?.detail ?? ""}` : this.t("ActUnanswered"));
  }

  async resolve(mine) {
    const room = await this.api.get("room");
    if (!room.ok) return this.heard(room);
    this.setUp = room.value;
    this.base = room.value.version;
    this.conflict = null;
    this.unsay("save");
    if (!mine) {
      this.takeAccess(null);
      this.change(room.value.map);
    } else this.changed();
    return undefined;
  }

  dropDraft() {
    draft.forget(this.place);
    this.api.remove("draft");
    this.unsay("draft");
    this.base = this.setUp?.version ?? 0;
    this.past = history.record(this.past, this.setUp?.map ?? model.emptyMap(this.dataset.room, this.dataset.name));
    this.takeAccess(null);
    this.check();
    this.draw();
  }
}
