// Changes to a room's station map (exam-monitor/station-map/1). Pure: a change returns a new map and leaves the old one as it was.
// Metres on the plan, x right, y up; degrees counter-clockwise; pixels of a picture from its top left corner.
export const SCHEMA = "exam-monitor/station-map/1";
export const PLAIN_STATION = { size: [1.2, 0.65], height: 0.75, rotationDeg: 0 };
const MILLIMETRES_FROM = 200;

/** A number as the map holds it: millimetres, and no "-0". */
export const round = (value, digits = 3) => {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
};

export const emptyMap = (id, name) => ({
  schema: SCHEMA,
  room: { id, name: name || id, outline: [], height: 3 },
  stations: [],
  cameras: [],
  obstacles: [],
});

const isNumbers = (value, length) => Array.isArray(value) && value.length === length && value.every(Number.isFinite);
const isOutline = (value) => Array.isArray(value) && value.every((p) => isNumbers(p, 2));
const isText = (value) => typeof value === "string" && value !== "";
const isEach = (value, is) => value === undefined || value === null || (Array.isArray(value) && value.every((v) => v && is(v)));

/** Whether something that was kept elsewhere is a map that can be drawn: what is wrong with one that can, the agent says. */
export const isDrawable = (map) =>
  isText(map?.room?.id) &&
  isOutline(map.room.outline) &&
  Array.isArray(map.stations) &&
  Array.isArray(map.cameras) &&
  isEach(
    map.stations,
    (s) =>
      isText(s.id) &&
      isText(s.label) &&
      isNumbers(s.center, 2) &&
      isNumbers(s.size, 2) &&
      Number.isFinite(s.height) &&
      Object.values(s.regions ?? {}).every(isOutline),
  ) &&
  isEach(
    map.cameras,
    (c) =>
      isText(c.id) &&
      c.image?.width > 0 &&
      c.image?.height > 0 &&
      isEach(c.masks, isOutline) &&
      isEach(c.references, (r) => isText(r.picture)) &&
      isEach(c.calibration?.points, (p) => isNumbers(p.plan, 3) && isNumbers(p.pixel, 2)),
  ) &&
  isEach(map.obstacles, (o) => isOutline(o.outline) && Number.isFinite(o.height));

export const withRoom = (map, patch) => ({ ...map, room: { ...map.room, ...patch } });
export const withOutline = (map, outline) => withRoom(map, { outline: outline.map(([x, y]) => [round(x), round(y)]) });

/** Number at the end of a label, as its plate bears it; null for none. */
export const numberOf = (station) => {
  const digits = /(\d{1,6})$/.exec(station.label ?? "") ?? /(\d{1,6})$/.exec(station.id);
  return digits ? Number(digits[1]) : null;
};

const freeId = (taken, prefix, number) => {
  for (let n = number; ; n++) {
    const id = prefix + String(n).padStart(2, "0");
    if (!taken.has(id)) return [id, n];
  }
};

const nextNumber = (map) => 1 + Math.max(0, ...map.stations.map((s) => numberOf(s) ?? 0));

/** One more station; it takes size, height and turn of the last one. */
export function addStation(map, [x, y], like = map.stations.at(-1) ?? PLAIN_STATION) {
  const [id, number] = freeId(new Set(map.stations.map((s) => s.id)), "S", nextNumber(map));
  const station = {
    id,
    label: String(number),
    center: [round(x), round(y)],
    size: [...like.size],
    height: like.height,
    rotationDeg: like.rotationDeg ?? 0,
  };
  return [{ ...map, stations: [...map.stations, station] }, id];
}

/**
 * Rows and columns of stations. The first one stands at `at`, columns go right along the turn, rows go up.
 * @returns the map and the ids of the new stations
 */
export function addGrid(map, { rows, columns, at, stepX, stepY, size, height, rotationDeg = 0 }) {
  const like = { size: size ?? PLAIN_STATION.size, height: height ?? PLAIN_STATION.height, rotationDeg };
  const ids = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [dx, dy] = turned([column * stepX, row * stepY], rotationDeg);
      let id;
      [map, id] = addStation(map, [at[0] + dx, at[1] + dy], like);
      ids.push(id);
    }
  }

  return [map, ids];
}

const each = (list, ids, change) => list.map((item) => (ids.includes(item.id) ? change(item) : item));

export const changeStations = (map, ids, patch) => ({ ...map, stations: each(map.stations, ids, (s) => ({ ...s, ...patch })) });
export const removeStations = (map, ids) => ({ ...map, stations: map.stations.filter((s) => !ids.includes(s.id)) });
export const moveStations = (map, ids, dx, dy) => ({
  ...map,
  stations: each(map.stations, ids, (s) => ({ ...s, center: [round(s.center[0] + dx), round(s.center[1] + dy)] })),
});
export const turnStations = (map, ids, degrees) => ({
  ...map,
  stations: each(map.stations, ids, (s) => ({ ...s, rotationDeg: turnOf((s.rotationDeg ?? 0) + degrees) })),
});

/** A turn in (-180, 180]. */
export const turnOf = (degrees) => {
  const part = ((degrees % 360) + 360) % 360;
  return round(part > 180 ? part - 360 : part, 2);
};

/** Numbers anew, row by row from the lowest left on the plan; stations within half a depth are of one row. */
export function numberByRows(map, first = 1) {
  const left = [...map.stations].sort((a, b) => a.center[1] - b.center[1]);
  const labels = new Map();
  let number = first;
  while (left.length > 0) {
    const limit = left[0].center[1] + Math.max(0.3, left[0].size[1] / 2);
    const row = left.filter((s) => s.center[1] <= limit).sort((a, b) => a.center[0] - b.center[0]);
    for (const s of row) {
      labels.set(s.id, String(number++));
      left.splice(left.indexOf(s), 1);
    }
  }

  return { ...map, stations: map.stations.map((s) => ({ ...s, label: labels.get(s.id) })) };
}

/** Stations whose plates would bear the same number, by number. */
export function sameNumbers(map) {
  const by = new Map();
  for (const s of map.stations) by.set(numberOf(s), [...(by.get(numberOf(s)) ?? []), s.id]);
  return [...by].filter(([number, ids]) => number !== null && ids.length > 1);
}

export const obstacles = (map) => map.obstacles ?? [];
export const addObstacle = (map, outline, height = map.room.height, name = "") => [
  { ...map, obstacles: [...obstacles(map), { outline: outline.map(([x, y]) => [round(x), round(y)]), height, ...(name && { name }) }] },
  obstacles(map).length,
];
export const changeObstacle = (map, index, patch) => ({
  ...map,
  obstacles: obstacles(map).map((o, i) => (i === index ? { ...o, ...patch } : o)),
});
export const removeObstacle = (map, index) => ({ ...map, obstacles: obstacles(map).filter((_, i) => i !== index) });
export const moveObstacle = (map, index, dx, dy) =>
  changeObstacle(map, index, { outline: obstacles(map)[index].outline.map(([x, y]) => [round(x + dx), round(y + dy)]) });

export const camera = (map, id) => map.cameras.find((c) => c.id === id);

/** Changes a camera; one that the map does not have yet is added with the size of its picture. */
export function changeCamera(map, id, patch) {
  if (camera(map, id)) return { ...map, cameras: each(map.cameras, [id], (c) => dropEmpty({ ...c, ...patch })) };
  return { ...map, cameras: [...map.cameras, dropEmpty({ id, ...patch })] };
}

const dropEmpty = (item) => Object.fromEntries(Object.entries(item).filter(([, v]) => v !== null && v !== undefined));

export const pointsOf = (map, id) => camera(map, id)?.calibration?.points ?? [];

/** Takes a whole list of plan–pixel pairs; none at all leaves the camera without a calibration. */
export const withPoints = (map, id, points) =>
  changeCamera(map, id, {
    calibration:
      points.length === 0
        ? null
        : { points: points.map((p) => ({ ...p, plan: p.plan.map((v) => round(v)), pixel: p.pixel.map((v) => round(v, 1)) })) },
  });

export const addPoint = (map, id, plan, pixel) => withPoints(map, id, [...pointsOf(map, id), { plan, pixel }]);
export const movePoint = (map, id, index, pixel) =>
  withPoints(
    map,
    id,
    pointsOf(map, id).map((p, i) => (i === index ? { ...p, pixel } : p)),
  );
export const removePoint = (map, id, index) =>
  withPoints(
    map,
    id,
    pointsOf(map, id).filter((_, i) => i !== index),
  );

/** A hand-drawn outline of a station in a camera's picture; null takes it away. */
export function withRegion(map, station, cameraId, region) {
  return {
    ...map,
    stations: each(map.stations, [station], (s) => {
      const { [cameraId]: _, ...rest } = s.regions ?? {};
      const regions = region ? { ...rest, [cameraId]: region.map((p) => p.map((v) => round(v, 1))) } : rest;
      const { regions: __, ...plain } = s;
      return Object.keys(regions).length > 0 ? { ...plain, regions } : plain;
    }),
  };
}

export const withMasks = (map, id, masks) =>
  changeCamera(map, id, { masks: masks.length > 0 ? masks.map((m) => m.map((p) => p.map((v) => round(v, 1)))) : null });

/** A camera whose pictures have another size now: what is marked and drawn in them keeps its place. */
export function resized(map, id, size) {
  const c = camera(map, id);
  if (!c || (c.image.width === size.width && c.image.height === size.height)) return map;
  const scaled = ([u, v]) => [(u * size.width) / c.image.width, (v * size.height) / c.image.height];
  let next = changeCamera(map, id, { image: size });
  next = withPoints(
    next,
    id,
    pointsOf(map, id).map((p) => ({ ...p, pixel: scaled(p.pixel) })),
  );
  next = withMasks(
    next,
    id,
    (c.masks ?? []).map((m) => m.map(scaled)),
  );
  for (const s of map.stations) if (s.regions?.[id]) next = withRegion(next, s.id, id, s.regions[id].map(scaled));
  return next;
}

/** Corners of a worktop on the plan, counter-clockwise from its lower left before the turn. */
export function cornersOf(station) {
  const [w, d] = station.size;
  return [
    [-w / 2, -d / 2],
    [w / 2, -d / 2],
    [w / 2, d / 2],
    [-w / 2, d / 2],
  ].map((p) => {
    const [x, y] = turned(p, station.rotationDeg ?? 0);
    return [round(station.center[0] + x), round(station.center[1] + y)];
  });
}

export function turned([x, y], degrees) {
  const a = (degrees * Math.PI) / 180;
  return [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a)];
}

/** Whether numbers of a plan look like millimetres: no exam room is 200 m long. */
export const looksLikeMillimetres = (points) => points.some((p) => p.some((v) => Math.abs(v) > MILLIMETRES_FROM));
export const ofMillimetres = (points) => points.map((p) => p.map((v) => round(v / 1000)));
