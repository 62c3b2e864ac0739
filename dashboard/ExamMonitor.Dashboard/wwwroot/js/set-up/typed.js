// What people type: numbers, points, outlines. Pure. A problem is the key of a sentence and its values; nothing is guessed.
import { looksLikeMillimetres } from "./model.js";
import { areaOf, crossing } from "./geometry.js";

const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** Full-width digits and signs as an input method writes them. */
export const plainText = (text) => text.replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[、，；]/g, ",");

/** A number in metres: "1.2", "1,2", "1.2 m", "120 cm", "1200 mm", "１．２米". Null for anything else. */
export function metresOf(text) {
  const match = /^\s*([+-]?\d{1,7}(?:[.,]\d{1,6})?)\s*(m|cm|mm|米|厘米|毫米)?\s*$/i.exec(plainText(String(text)));
  if (!match) return null;
  const value = Number(match[1].replace(",", "."));
  const unit = (match[2] ?? "m").toLowerCase();
  return unit === "mm" || unit === "毫米" ? value / 1000 : unit === "cm" || unit === "厘米" ? value / 100 : value;
}

export function numberIn(text, least, most) {
  const value = metresOf(text);
  if (value === null) return { problem: ["NotANumber", text] };
  return value < least || value > most ? { problem: ["OutOfRange", value, least, most] } : { value };
}

/** Corners of a floor, one "x y" a line or separated by semicolons; or "width × depth" for a rectangle. */
export function outlineOf(text) {
  const plain = String(text).replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const box = /^\s*(\d+(?:\.\d+)?)\s*[x×*]\s*(\d+(?:\.\d+)?)\s*m?\s*$/i.exec(plain);
  if (box)
    return checked([
      [0, 0],
      [Number(box[1]), 0],
      [Number(box[1]), Number(box[2])],
      [0, Number(box[2])],
    ]);
  const points = [];
  for (const [i, line] of plain
    .split(/[\n;]/)
    .filter((l) => l.trim() !== "")
    .entries()) {
    const match = /^\s*[([]?\s*([+-]?\d+(?:\.\d+)?)\s*[,\s]\s*([+-]?\d+(?:\.\d+)?)\s*[)\]]?\s*,?\s*$/.exec(line);
    if (!match) return { problem: ["CornerUnreadable", i + 1, line.trim()] };
    points.push([Number(match[1]), Number(match[2])]);
  }

  return checked(points);
}

export function checked(points) {
  if (points.length < 3) return { problem: ["TooFewCorners", points.length] };
  if (looksLikeMillimetres(points)) return { problem: ["Millimetres"], points };
  const twice = points.findIndex((p, i) => points.findIndex((q) => q[0] === p[0] && q[1] === p[1]) !== i);
  if (twice >= 0) return { problem: ["CornerTwice", twice + 1] };
  const walls = crossing(points);
  if (walls) return { problem: ["WallsCross", ...walls] };
  if (areaOf(points) < 1) return { problem: ["RoomTooSmall"] };
  return { points };
}
