/* Finds the sections (search_texts.js) that have all the words of a query; the best come first. */
"use strict";
(() => {
  const field = document.getElementById("search-words");
  const count = document.getElementById("search-count");
  const found = document.getElementById("search-found");
  const MOST = 50, ROOM = 220, BEFORE = 70;
  const EXAMPLES = /\/checks\/[^#]+#(wrong|right)$/;  // a hundred small blueprints: they have every word of the language

  const places = searchTexts.flatMap(([page, address, part, sections]) => sections.map(([anchor, heading, lines]) => ({
    page, part, heading, lines,
    address: anchor ? `${address}#${anchor}` : address,
    title: heading || page,
    text: lines.join("\n"),
  })));

  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  /* Short words are looked for where words begin (`id` is not in "said"), long and Chinese ones everywhere. */
  const pattern = (word) => (/^[\p{Script=Latin}\p{N}]{1,3}$/u.test(word) ? "(?<![\\p{L}\\p{N}])" : "") + escaped(word);
  const finder = (source) => new RegExp(source, "giu");
  const times = (text, source) => text.match(finder(source))?.length ?? 0;

  /* Where nothing has the words as they were typed: English ones without their endings, Chinese ones two by two. */
  const loosened = (word) => {
    if (/^\p{Script=Han}{3,}$/u.test(word)) return word.match(/..?/gu);
    return [word.length > 4 ? word.replace(/(ies|ing|ed|es|s|y)$/i, "") : word];
  };

  const worth = (place, words) => {
    let sum = 0;
    for (const word of words) {
      const source = pattern(word);
      const inTitle = times(place.title, source), inText = times(place.text, source);
      if (!inTitle && !inText && !times(place.page, source)) return 0;
      const alone = times(place.text, `(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`);
      sum += 1 + (inTitle ? 20 : 0) + (alone ? 8 : 0) + Math.min(inText, 5);
    }
    const phrase = words.map(escaped).join("[\\s_-]+");
    if (times(place.title, `^${phrase}$`)) sum += 60;
    else if (words.length > 1 && times(`${place.title}\n${place.text}`, phrase)) sum += 30;
    return EXAMPLES.test(place.address) ? sum / 4 : sum;
  };

  const ranked = (words) => places
    .map((place) => ({ place, worth: worth(place, words) }))
    .filter((hit) => hit.worth)
    .sort((one, other) => other.worth - one.worth)
    .map((hit) => hit.place);

  const bestLine = (lines, sources) => {
    const had = lines.map((line) => sources.filter((source) => times(line, source)).length);
    return lines[had.indexOf(Math.max(...had))] ?? "";
  };

  const excerpt = (line, any) => {
    const at = Math.max(line.search(any), 0);
    const start = at > BEFORE ? line.indexOf(" ", at - BEFORE) + 1 : 0;
    const end = start + ROOM < line.length ? line.lastIndexOf(" ", start + ROOM) : line.length;
    return (start ? "… " : "") + line.slice(start, end > at ? end : start + ROOM) + (end < line.length ? " …" : "");
  };

  const marked = (text, any) => {
    const parts = [];
    let done = 0;
    for (const hit of text.matchAll(any)) {
      const mark = document.createElement("mark");
      mark.textContent = hit[0];
      parts.push(text.slice(done, hit.index), mark);
      done = hit.index + hit[0].length;
    }
    return [...parts, text.slice(done)];
  };

  const shown = (place, words) => {
    const sources = words.map(pattern);
    const any = finder([...sources].sort((one, other) => other.length - one.length).join("|"));
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = place.address;
    link.append(...marked(place.heading ? `${place.page} › ${place.heading}` : place.page, any));
    if (place.part) item.appendChild(document.createElement("small")).textContent = place.part;
    item.appendChild(document.createElement("p")).append(...marked(excerpt(bestLine(place.lines, sources), any), any));
    return item;
  };

  const some = (number, one, more) => `${number} ${number === 1 ? one : more}`;

  const told = (hits) => {
    if (!hits.length) return "Nothing found. Try fewer or shorter words.";
    const pages = new Set(hits.map((place) => place.page)).size;
    const all = `${some(hits.length, "section", "sections")} of ${some(pages, "page", "pages")}`;
    return hits.length > MOST ? `${all}, the first ${MOST} are shown` : all;
  };

  const search = () => {
    let words = field.value.split(/\s+/).filter(Boolean);
    let hits = words.length ? ranked(words) : [];
    if (words.length && !hits.length) {
      words = words.flatMap(loosened);
      hits = ranked(words);
    }
    count.textContent = words.length ? told(hits) : "";
    found.replaceChildren(...hits.slice(0, MOST).map((place) => shown(place, words)));
  };

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", search);
  search();
})();
