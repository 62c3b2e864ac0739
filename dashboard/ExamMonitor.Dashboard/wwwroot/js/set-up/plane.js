// How a camera sees one level of the room, from points that are marked on it. Pure. It serves to leave out places that lie outside the
// picture while the camera is not solved yet; it measures nothing.
const LEAST_POINTS = 4;
const SAME_LEVEL = 0.002;
const LEAST_PIVOT = 1e-9;
const LEAST_DEPTH = 0.05;

/** The level that bears most of the points: { z, points }. */
function levelOf(points) {
  let best = { z: 0, points: [] };
  for (const { plan } of points) {
    const on = points.filter((p) => Math.abs(p.plan[2] - plan[2]) < SAME_LEVEL);
    if (on.length > best.points.length) best = { z: plan[2], points: on };
  }

  return best;
}

/** Solves a square system by elimination; null when it has no single solution. */
function solved(rows, right) {
  const a = rows.map((row, i) => [...row, right[i]]);
  const n = a.length;
  for (let c = 0; c < n; c++) {
    let top = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r][c]) > Math.abs(a[top][c])) top = r;
    if (Math.abs(a[top][c]) < LEAST_PIVOT) return null;
    [a[c], a[top]] = [a[top], a[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const by = a[r][c] / a[c][c];
      for (let k = c; k <= n; k++) a[r][k] -= by * a[c][k];
    }
  }

  return a.map((row, i) => row[n] / row[i]);
}

/**
 * Where places of one level lie in a picture.
 * @param points marked plan–pixel pairs
 * @param image size of the picture
 * @returns { z, at: ([x, y]) => [u, v] in shares of the picture, or null behind the camera };
 *   null with fewer than four points, or four in a row
 */
export function planeView(points, image) {
  const level = levelOf(points);
  if (level.points.length < LEAST_POINTS) return null;
  const n = level.points.length;
  // Counted from their middle: there the depth is one, so that it has a sign.
  const [mx, my] = [0, 1].map((i) => level.points.reduce((sum, p) => sum + p.plan[i], 0) / n);
  const rows = level.points.flatMap(({ plan, pixel }) => {
    const [x, y] = [plan[0] - mx, plan[1] - my];
    const [u, v] = [pixel[0] / image.width, pixel[1] / image.height];
    return [
      [[x, y, 1, 0, 0, 0, -u * x, -u * y], u],
      [[0, 0, 0, x, y, 1, -v * x, -v * y], v],
    ];
  });
  const sum = (f) => rows.reduce((s, row) => s + f(row), 0);
  const squares = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (__, j) => sum(([r]) => r[i] * r[j])));
  const h = solved(
    squares,
    Array.from({ length: 8 }, (_, i) => sum(([r, value]) => r[i] * value)),
  );
  if (!h) return null;
  const at = ([px, py]) => {
    const [x, y] = [px - mx, py - my];
    const depth = h[6] * x + h[7] * y + 1;
    return depth < LEAST_DEPTH ? null : [(h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth];
  };
  return { z: level.z, at };
}

/** Whether a place is to be expected in the picture. One below the level lies lower in it, by an unknown little. */
export function mayBeSeen(view, plan) {
  const at = view.at(plan);
  if (at === null) return false;
  const [u, v] = at;
  const [least, most] = plan[2] < view.z - SAME_LEVEL ? [-0.2, 0.8] : plan[2] > view.z + SAME_LEVEL ? [0.1, 1.2] : [0.02, 0.98];
  return u > 0.01 && u < 0.99 && v > least && v < most;
}
