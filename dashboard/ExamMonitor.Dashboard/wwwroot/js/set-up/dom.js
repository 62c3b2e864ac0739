// Builds elements and brings what stands on the page to what was built. Elements are kept, so that focus, scrolling and a captured pointer
// stay where they are. Nothing built here has listeners of its own: the page hears events at its root and acts by data-act.
const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set("svg g rect circle line path polygon polyline text image defs pattern clipPath title marker use".split(" "));

/** An element: h("button", { class: "primary", "data-act": "save" }, "Save"). Null, false and undefined are left out. */
export function h(tag, props = {}, ...children) {
  const name = tag.startsWith("svg:") ? tag.slice(4) : tag;
  const element = SVG_TAGS.has(name) && tag !== "title" ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }

  element.append(
    ...children
      .flat(Infinity)
      .filter((c) => c !== null && c !== undefined && c !== false && c !== "")
      .map((c) => (c instanceof Node ? c : String(c))),
  );
  return element;
}

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") : null);
const fits = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/** Makes `now` like `wanted`, keeping what can be kept. An element with data-keep is left as it is once it is there. */
export function bring(now, wanted) {
  if (now.nodeType === 3) {
    if (now.data !== wanted.data) now.data = wanted.data;
    return;
  }

  if (now.nodeType !== 1) return;
  for (const { name } of [...now.attributes]) if (!wanted.hasAttribute(name) && name !== "open") now.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  if (now.hasAttribute("data-keep")) return;
  // Before the children move over: the value of a list or a text stands in them.
  const value = now.matches("input, select, textarea") ? valueOf(wanted) : null;
  bringChildren(now, wanted);
  if (value !== null) bringValue(now, value);
}

const valueOf = (wanted) => {
  if (wanted.matches("[type=checkbox], [type=radio]")) return wanted.hasAttribute("checked");
  if (wanted.tagName === "SELECT")
    return [...wanted.options].find((o) => o.hasAttribute("selected"))?.value ?? wanted.options[0]?.value ?? "";
  return wanted.tagName === "TEXTAREA" ? wanted.textContent : (wanted.getAttribute("value") ?? "");
};

function bringChildren(now, wanted) {
  // What goes, goes first: a node that stays is then moved as seldom as can be, since moving takes its focus.
  const stay = new Set([...wanted.childNodes].map(keyOf));
  for (const n of [...now.childNodes]) if (keyOf(n) !== null && !stay.has(keyOf(n))) n.remove();
  const keyed = new Map([...now.childNodes].filter((n) => keyOf(n) !== null).map((n) => [keyOf(n), n]));
  let at = now.firstChild;
  for (const child of [...wanted.childNodes]) {
    const known = keyOf(child) === null ? null : keyed.get(keyOf(child));
    if (known && known.nodeName === child.nodeName) {
      if (known === at) at = at.nextSibling;
      else now.insertBefore(known, at);
      bring(known, child);
    } else if (at && fits(at, child)) {
      const next = at.nextSibling;
      bring(at, child);
      at = next;
    } else {
      now.insertBefore(child, at);
    }
  }

  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// What a person is writing is never written over.
function bringValue(now, value) {
  if (now === document.activeElement && now.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea")) return;
  if (now.matches("[type=file]")) return;
  if (now.matches("[type=checkbox], [type=radio]")) now.checked = value;
  else if (now.value !== value) now.value = value;
}

/** Calls only after `wait` ms without another call. */
export function calm(act, wait) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      act(...values);
    }, wait);
  };
  later.now = (...values) => {
    clearTimeout(timer);
    timer = 0;
    return act(...values);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}

/** Address of a place of this page. With its path: the document's base is the root, so a bare "#" would lead there. */
export const addressOf = (place) => `${location.pathname}${location.search}#${place}`;
