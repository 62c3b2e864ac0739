// Which point to mark next. Pure. Points are spread over the room and lie at two heights, so that they fix the camera.
import { cornersOf } from "./model.js";

/** Places that can be found both in the room and in a picture: corners of worktops, corners of the floor, corners of obstacles. */
export function places(map) {
  const list = [];
  for (const s of map.stations)
    for (const [i, [x, y]] of cornersOf(s).entries())
      list.push({ key: `${s.id}/${i}`, kind: "station", of: s.label, station: s.id, corner: i, plan: [x, y, s.height] });
  for (const [i, [x, y]] of map.room.outline.entries())
    list.push({ key: `floor/${i}`, kind: "floor", of: String(i + 1), corner: i, plan: [x, y, 0] });
  for (const [n, o] of (map.obstacles ?? []).entries()) {
    for (const [i, [x, y]] of o.outline.entries()) {
      list.push({ key: `obstacle/${n}/${i}`, kind: "obstacle", of: o.name || String(n + 1), corner: i, plan: [x, y, 0] });
      list.push({ key: `obstacle/${n}/${i}/top`, kind: "top", of: o.name || String(n + 1), corner: i, plan: [x, y, o.height] });
    }
  }

  return list;
}

const same = (a, b) => a.every((v, i) => Math.abs(v - b[i]) < 0.002);
const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], 1.5 * (a[2] - b[2]));

export const placeOf = (list, plan) => list.find((p) => same(p.plan, plan));

// What lies this near to a place that cannot be seen is hardly seen either.
const HIDDEN_METRES = 2.5;

// Worktops first: four of them tell which other places lie in the picture at all.
const LEVEL_POINTS = 4;

/**
 * The place to mark next: the one farthest from all that are marked; from the fifth on every third one is a corner of the floor. Those are
 * looked for at the far side, away from the point that lies lowest in the picture: that one is near the camera.
 * @param marked plan points that are marked
 * @param skipped keys that a person has passed over
 * @param seen whether the camera, as far as it is known, has a plan point in its picture; null when nothing is known yet
 * @param lowest plan point of the mark that lies lowest in the picture; null for none
 */
export function nextPlace(list, marked, skipped = new Set(), seen = null, lowest = null) {
  let open = list.filter((p) => !skipped.has(p.key) && !marked.some((m) => same(m, p.plan)) && (seen === null || seen(p.plan)));
  const hidden = list.filter((p) => skipped.has(p.key));
  open = preferred(open, (p) => hidden.every((q) => apart(p.plan, q.plan) > HIDDEN_METRES));
  if (open.length === 0) return null;
  const onFloor = marked.filter(isFloor).length;
  const wantsFloor = marked.length >= LEVEL_POINTS && onFloor * 3 <= marked.length && open.some((p) => isFloor(p.plan));
  open = preferred(open, wantsFloor ? (p) => isFloor(p.plan) : (p) => p.kind === "station");
  if (marked.length === 0) return open[0];
  return farthest(open, wantsFloor && lowest ? [lowest] : marked);
}

const isFloor = (plan) => plan[2] < 0.05;

const preferred = (list, is) => {
  const some = list.filter(is);
  return some.length > 0 ? some : list;
};

function farthest(list, from) {
  let best = null;
  for (const place of list) {
    const off = Math.min(...from.map((m) => apart(m, place.plan)));
    if (best === null || off > best.off + 1e-9) best = { off, place };
  }

  return best.place;
}
