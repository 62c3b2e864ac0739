// A camera that does not hang yet, as the plan shows it. Pure. It is aimed by the point of the floor that its middle looks at.
import { round } from "./model.js";

const LEAST_TILT = 5;
const rad = (degrees) => (degrees * Math.PI) / 180;
const deg = (radians) => (radians * 180) / Math.PI;

/** Sensors' common lenses: focal length of a 1/2.8" camera and its opening angle. */
export const LENSES = [
  [2.8, 104],
  [4, 84],
  [6, 53],
  [8, 39],
  [12, 25],
];

export const plainVirtual = (id, [x, y], [ax, ay], height) =>
  aimed(
    {
      id,
      name: null,
      position: [round(x), round(y), height],
      panDeg: 0,
      tiltDeg: 30,
      horizontalFieldOfViewDeg: 84,
      image: { width: 1920, height: 1080 },
    },
    [ax, ay],
  );

/** The point of the floor in the middle of its picture; for a flat view a point well away. */
export function aimOf(v) {
  const reach = v.position[2] / Math.tan(rad(Math.max(LEAST_TILT, v.tiltDeg)));
  return [round(v.position[0] + Math.cos(rad(v.panDeg)) * reach), round(v.position[1] + Math.sin(rad(v.panDeg)) * reach)];
}

/** Looks at a point of the floor. */
export function aimed(v, [x, y]) {
  const [dx, dy] = [x - v.position[0], y - v.position[1]];
  const reach = Math.max(0.01, Math.hypot(dx, dy));
  return {
    ...v,
    panDeg: round(deg(Math.atan2(dy, dx)), 2),
    tiltDeg: round(Math.min(90, Math.max(LEAST_TILT, deg(Math.atan2(v.position[2], reach)))), 2),
  };
}

/** Hangs elsewhere and still looks at the same point. */
export const moved = (v, [x, y]) => aimed({ ...v, position: [round(x), round(y), v.position[2]] }, aimOf(v));

/** Another height, aimed at the same point. */
export const raised = (v, z) => aimed({ ...v, position: [v.position[0], v.position[1], z] }, aimOf(v));

/** A real camera as it hangs, to be moved in the drawing alone. */
export const ofPose = (camera, pose, image, name) => ({
  id: camera,
  name: name ?? null,
  position: pose.position,
  panDeg: pose.panDeg,
  tiltDeg: pose.tiltDeg,
  rollDeg: pose.rollDeg,
  horizontalFieldOfViewDeg: pose.horizontalFieldOfViewDeg,
  image,
});

/** Whether a point of the room is to be expected well inside a picture. */
export function sees(pose, image, plan) {
  const at = project(pose, image, plan);
  return (
    at !== null && at[0] > image.width * 0.01 && at[0] < image.width * 0.99 && at[1] > image.height * 0.02 && at[1] < image.height * 0.98
  );
}

/** Where a point of the room is to be expected in a picture; null behind the camera or outside. Upright pinhole: a hint, not a measure. */
export function project(pose, image, [x, y, z]) {
  const d = [x - pose.position[0], y - pose.position[1], z - pose.position[2]];
  const [p, t] = [rad(pose.panDeg), rad(pose.tiltDeg)];
  const flat = d[0] * Math.cos(p) + d[1] * Math.sin(p);
  const ahead = flat * Math.cos(t) - d[2] * Math.sin(t);
  if (ahead <= 0.1) return null;
  const f = image.width / 2 / Math.tan(rad(pose.horizontalFieldOfViewDeg / 2));
  const u = image.width / 2 + (f * (d[0] * Math.sin(p) - d[1] * Math.cos(p))) / ahead;
  const v = image.height / 2 + (f * (-flat * Math.sin(t) - d[2] * Math.cos(t))) / ahead;
  return u < 0 || v < 0 || u > image.width || v > image.height ? null : [round(u, 1), round(v, 1)];
}
