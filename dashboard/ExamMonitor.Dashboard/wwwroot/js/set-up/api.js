// Calls to the dashboard, which puts them to the agent. An answer is { ok, status, value, act } or { ok: false, isLost: true } when nothing came back.
const ACT_HEADER = "Exam-Monitor-Act";

export class Api {
  constructor(address) {
    this.address = address;
  }

  /** Puts one call. A body that is a Blob or an ArrayBuffer goes as it is, anything else as JSON. */
  async call(method, path, body = undefined, { reason = null, as = "json", signal = undefined } = {}) {
    const headers = { "Exam-Monitor-Page": "set-up" };
    if (reason) headers["Exam-Monitor-Reason"] = encodeURIComponent(reason);
    const isRaw = body instanceof Blob || body instanceof ArrayBuffer;
    if (body !== undefined && !isRaw) headers["Content-Type"] = "application/json";
    try {
      const answer = await fetch(`${this.address}/${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : isRaw ? body : JSON.stringify(body),
        signal,
        redirect: "manual",
        cache: method === "GET" && as === "blob" ? "default" : "no-store",
      });
      // A log-in that ended is answered with a redirect or 401.
      if (answer.type === "opaqueredirect" || answer.status === 401) return { ok: false, status: 401, isLoggedOut: true };
      const act = answer.headers.get(ACT_HEADER);
      const type = answer.headers.get("Content-Type") ?? "";
      const value = answer.ok && as === "blob" ? await answer.blob() : type.includes("json") ? await answer.json() : null;
      return { ok: answer.ok, status: answer.status, value, act, isLost: answer.status === 502 || answer.status === 504 };
    } catch (e) {
      if (e.name === "AbortError") return { ok: false, status: 0, isStopped: true };
      return { ok: false, status: 0, isLost: true };
    }
  }

  get = (path) => this.call("GET", path);
  post = (path, body, more) => this.call("POST", path, body, more);
  put = (path, body, more) => this.call("PUT", path, body, more);
  remove = (path, more) => this.call("DELETE", path, undefined, more);
  pictureAddress = (name) => `${this.address}/${name}`;

  /** Fetches a document and hands it to the browser as a file. */
  async download(path, body, name) {
    const answer = await this.call("POST", path, body, { as: "blob" });
    if (answer.ok) save(answer.value, name);
    return answer;
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Asks at once, one after the other and always for the newest: what was asked for in between is passed over.
 * @param ask (value) => Promise
 * @param gap rest between an answer and the next question, ms: who is asked has other work, too
 */
export function newest(ask, gap = 0) {
  let isBusy = false;
  let waiting = null;
  const free = () => {
    isBusy = false;
    if (waiting) {
      const next = waiting;
      waiting = null;
      put(next.value);
    }
  };
  async function put(value) {
    if (isBusy) {
      waiting = { value };
      return;
    }

    isBusy = true;
    try {
      await ask(value);
    } finally {
      if (gap > 0) setTimeout(free, gap);
      else free();
    }
  }

  return put;
}
