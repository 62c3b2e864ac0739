// Instants as the pages write them everywhere, in the zone of the site: 2026-11-30 19:52:47. The same in every language, and never to be misread.

// A format costs more to make than to use, and a clock that runs asks with every picture.
const formats = new Map();

function formatOf(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-GB", {
      timeZone: zone || undefined,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }));
  }

  return formats.get(zone);
}

/** Date and time of an instant, to the second. */
export function siteTime(at, zone) {
  const p = Object.fromEntries(formatOf(zone).formatToParts(new Date(at)).map((part) => [part.type, part.value]));
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/** Time of day of an instant, to the second. */
export function siteTimeOfDay(at, zone) {
  return siteTime(at, zone).slice(11);
}
