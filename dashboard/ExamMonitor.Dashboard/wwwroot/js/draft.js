// What a person writes lies in the browser until it is recorded, so that a lost page does not lose it.

export function draftOf(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a draft; without a text it is forgotten. */
export function keepDraft(key, text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing: the page itself still does.
  }
}
