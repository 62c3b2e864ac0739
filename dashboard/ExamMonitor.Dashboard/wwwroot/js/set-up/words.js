// Sentences of the page, in its language. They come with the page; a sentence of the agent comes in both languages.
export function wordsOf(json, language) {
  const known = JSON.parse(json);
  const t = (key, ...values) => (known[key] ?? key).replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)] ?? ""));
  t.has = (key) => key in known;
  t.of = (text) =>
    text === null || text === undefined
      ? ""
      : typeof text === "string"
        ? text
        : ((language.startsWith("zh") ? text.zh : text.en) ?? text.en ?? "");
  t.problem = (problem) => t(...problem);
  t.number = (value, digits = 2) =>
    value === null || value === undefined
      ? "–"
      : Number(value)
          .toFixed(digits)
          .replace(/\.?0+$/, (z) => (z.startsWith(".") ? "" : z));
  t.percent = (share) => `${Math.floor(share * 1000 + 1e-6) / 10} %`;
  t.language = language;
  return t;
}
