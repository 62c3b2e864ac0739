// Geometry of the drawing. Pure. Plan metres have y up; drawing units have y down, one hundred to a metre.
import { cornersOf, round } from "./model.js";

export const UNITS = 100;
const MARGIN = 1;

/** Rectangle around everything of a map, metres: [left, bottom, right, top]. */
export function boundsOf(map, more = []) {
  const points = [...map.room.outline, ...map.stations.flatMap(cornersOf), ...(map.obstacles ?? []).flatMap((o) => o.outline), ...more];
  if (points.length === 0) return [0, 0, 12, 8];
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** How the plan lies in the drawing. */
export function frameOf([left, bottom, right, top], margin = MARGIN) {
  return {
    left: left - margin,
    top: top + margin,
    width: (right - left + 2 * margin) * UNITS,
    height: (top - bottom + 2 * margin) * UNITS,
  };
}

export const toDrawing = (frame, [x, y]) => [round((x - frame.left) * UNITS, 2), round((frame.top - y) * UNITS, 2)];
export const toPlan = (frame, [u, v]) => [u / UNITS + frame.left, frame.top - v / UNITS];
export const pointsText = (frame, points) => points.map((p) => toDrawing(frame, p).join(",")).join(" ");

/**
 * Moves a point to the nearest of: a corner, the line of another station, the grid. What lies nearer wins over what lies on the grid.
 * @param others points whose x or y may be taken over
 * @param grid step in metres; 0 for none
 * @returns the point and the lines that it was put on, for the drawing
 */
export function snap([x, y], others, grid = 0.05, reach = 0.08) {
  const lines = [];
  const near = (value, axis) => {
    let best = null;
    for (const p of others) {
      const off = Math.abs(p[axis] - value);
      if (off <= reach && (best === null || off < Math.abs(best[axis] - value))) best = p;
    }

    if (best) lines.push({ axis, value: best[axis], from: best });
    return best ? best[axis] : grid > 0 ? Math.round(value / grid) * grid : value;
  };
  const point = [near(x, 0), near(y, 1)].map((v) => round(v));
  return [point, lines];
}

/** Snaps a turn to quarter turns within four degrees, else to whole degrees. */
export function snapTurn(degrees) {
  const quarter = Math.round(degrees / 90) * 90;
  return Math.abs(degrees - quarter) <= 4 ? quarter : Math.round(degrees);
}

export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Whether two stretches cross in their inside. */
function crosses(a, b, c, d) {
  const side = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Pair of walls (by their first corner, from 1) that cross each other; null for a plain outline. */
export function crossing(outline) {
  const n = outline.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (crosses(outline[i], outline[(i + 1) % n], outline[j], outline[(j + 1) % n])) return [i + 1, j + 1];
    }
  }

  return null;
}

export const areaOf = (outline) =>
  Math.abs(
    outline.reduce((sum, [x, y], i) => {
      const [a, b] = outline[(i + 1) % outline.length];
      return sum + x * b - a * y;
    }, 0),
  ) / 2;

export function inside([x, y], outline) {
  let is = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [[a, b], [c, d]] = [outline[i], outline[j]];
    if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) is = !is;
  }

  return is;
}

/** The wall that a point is nearest to, and where a new corner would lie on it. */
export function nearestWall(outline, p) {
  let best = { after: -1, at: p, off: Infinity };
  for (let i = 0; i < outline.length; i++) {
    const [a, b] = [outline[i], outline[(i + 1) % outline.length]];
    const length = distance(a, b) ** 2;
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length));
    const at = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    if (distance(at, p) < best.off) best = { after: i, at, off: distance(at, p) };
  }

  return best;
}

/**
 * A scan of the plan, scaled by two of its points and the metres between them; it stays where the first of both points is.
 * @param scan { left, bottom, width, height } in metres, as it lies now
 * @returns the scan as it is to lie; null when the points are one point or the distance is none
 */
export function scaledScan(scan, first, second, metres) {
  const now = distance(first, second);
  if (!(now > 0.001) || !(metres > 0)) return null;
  const by = metres / now;
  return {
    ...scan,
    left: round(first[0] - (first[0] - scan.left) * by),
    bottom: round(first[1] - (first[1] - scan.bottom) * by),
    width: round(scan.width * by),
    height: round(scan.height * by),
  };
}

/** Degrees from a station's middle to a point, 0 when the point lies at its far side. */
export const turnTowards = (center, point) => (Math.atan2(point[1] - center[1], point[0] - center[0]) * 180) / Math.PI - 90;
