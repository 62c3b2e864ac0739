// Undo and redo of whole states. Pure.
const MOST = 200;

export const begin = (state) => ({ past: [], now: state, next: [] });

/** A new state. Steps of one kind that follow each other (dragging, arrow keys on one station) are one step to take back. */
export function record(history, state, kind = null) {
  if (state === history.now) return history;
  if (kind !== null && history.kind === kind) return { past: history.past, now: state, next: [], kind };
  return { past: [...history.past.slice(-MOST + 1), history.now], now: state, next: [], kind };
}

/** Ends a run of steps of one kind. */
export const settle = (history) => ({ ...history, kind: null });

export const canUndo = (history) => history.past.length > 0;
export const canRedo = (history) => history.next.length > 0;

export const undo = (history) =>
  canUndo(history)
    ? { past: history.past.slice(0, -1), now: history.past.at(-1), next: [history.now, ...history.next], kind: null }
    : history;

export const redo = (history) =>
  canRedo(history) ? { past: [...history.past, history.now], now: history.next[0], next: history.next.slice(1), kind: null } : history;
