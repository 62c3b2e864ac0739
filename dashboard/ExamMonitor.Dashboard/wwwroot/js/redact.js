// Regions that a person draws on the pictures of the wall. Places are shares of the picture, whatever room it takes on the page.
const drawings = new WeakMap();

export function start(root, page) {
  stop(root);
  const drawing = new Drawing(root, page);
  drawings.set(root, drawing);
}

export function stop(root) {
  drawings.get(root)?.close();
  drawings.delete(root);
}

export function momentOf(root) {
  return new Date(root.wall.at * 1000).toISOString();
}

/** Shows the regions of now: camera, place, from and to. */
export function show(root, regions) {
  root.querySelectorAll(".region:not(.is-new)").forEach(r => r.remove());
  for (const r of regions) {
    const figure = root.querySelector(`figure[data-camera="${CSS.escape(r.camera)}"]`);
    if (figure) place(figure, make(figure, false), r.x, r.y, r.width, r.height);
  }
}

function make(figure, isNew) {
  const box = document.createElement("div");
  box.className = isNew ? "region is-new" : "region";
  figure.append(box);
  return box;
}

/** Where the picture lies in the figure: a video keeps its shape. */
function picture(figure) {
  const video = figure.querySelector("video"), frame = video.getBoundingClientRect(), outer = figure.getBoundingClientRect();
  const scale = Math.min(frame.width / video.videoWidth, frame.height / video.videoHeight) || 0;
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  return { left: frame.left - outer.left + (frame.width - width) / 2, top: frame.top - outer.top + (frame.height - height) / 2, width, height, outer };
}

function place(figure, box, x, y, width, height) {
  const p = picture(figure);
  box.style.setProperty("left", `${p.left + x * p.width}px`);
  box.style.setProperty("top", `${p.top + y * p.height}px`);
  box.style.setProperty("width", `${width * p.width}px`);
  box.style.setProperty("height", `${height * p.height}px`);
}

class Drawing {
  constructor(root, page) {
    [this.root, this.page, this.ends] = [root, page, new AbortController()];
    root.classList.add("is-drawing");
    for (const figure of root.querySelectorAll("figure")) figure.addEventListener("pointerdown", e => this.begin(e, figure), { signal: this.ends.signal });
  }

  close() {
    this.ends.abort();
    this.root.classList.remove("is-drawing");
  }

  begin(e, figure) {
    const p = picture(figure);
    if (p.width === 0) return;
    e.preventDefault();
    const share = m => [(m.clientX - p.outer.left - p.left) / p.width, (m.clientY - p.outer.top - p.top) / p.height].map(v => Math.min(1, Math.max(0, v)));
    const [x, y] = share(e), box = make(figure, true);
    let region = [x, y, 0, 0];
    const move = m => {
      const [a, b] = share(m);
      region = [Math.min(a, x), Math.min(b, y), Math.abs(a - x), Math.abs(b - y)];
      place(figure, box, ...region);
    };
    figure.setPointerCapture(e.pointerId);
    figure.addEventListener("pointermove", move);
    figure.addEventListener("pointerup", () => {
      figure.removeEventListener("pointermove", move);
      box.remove();
      // What is smaller was a click.
      if (region[2] >= 0.01 && region[3] >= 0.01) this.page.invokeMethodAsync("RegionAsync", figure.dataset.camera, ...region, momentOf(this.root));
    }, { once: true });
  }
}
