// The draft of a room lies in the browser from the first stroke on, and with the agent as soon as it answers. Whatever breaks in the middle, the newer one
// of both is taken up again.
import { isDrawable } from "./model.js";

const VERSION = 1;

const keyOf = (place) => `exam-monitor:set-up:${place}`;

/** A draft that can be taken up; null for anything else that somebody left there. */
export const usable = (draft) =>
  draft?.version === VERSION &&
  isDrawable(draft.map) &&
  (!draft.background || ["left", "bottom", "width"].every((k) => Number.isFinite(draft.background[k]))) &&
  [draft.access, draft.virtual].every((list) => list === undefined || list === null || (Array.isArray(list) && list.every((v) => v?.id)))
    ? draft
    : null;

/** The draft that this browser holds; null for none or an unreadable one. */
export function kept(place, storage = localStorage) {
  try {
    const draft = JSON.parse(storage.getItem(keyOf(place)));
    return usable(draft);
  } catch {
    return null;
  }
}

/** False when the browser keeps nothing: the page says so. */
export function keep(place, draft, storage = localStorage) {
  try {
    storage.setItem(keyOf(place), JSON.stringify({ version: VERSION, ...draft }));
    return true;
  } catch {
    return false;
  }
}

export function forget(place, storage = localStorage) {
  try {
    storage.removeItem(keyOf(place));
  } catch {
    // Nothing was kept.
  }
}

/**
 * Which draft goes on: the newer one; of two that are equal the one with the agent. One that began from another version than what is in force now says so.
 * @param here draft of the browser { at, base, map } or null
 * @param there draft of the agent { at, base, map } or null
 * @param inForce { version, map } of what is in force; version null for none
 * @returns { map, from: "browser" | "agent" | "force", isStale }
 */
export function choose(here, there, inForce) {
  const isNewer = here && (!there || Date.parse(here.at) > Date.parse(there.at));
  const draft = isNewer ? here : there;
  if (!draft || JSON.stringify(draft.map) === JSON.stringify(inForce.map)) return { map: inForce.map, from: "force", isStale: false };
  return { map: draft.map, from: isNewer ? "browser" : "agent", at: draft.at, isStale: (draft.base ?? null) !== (inForce.version ?? null) };
}
