// Moving, zooming, searching and choosing in the drawings of a page. Without it the page is read from top to bottom.
// What is shown is named by the part of the address behind #: a flow, flow/findings, or flow/kind/name, where the kind
// is a state, phase, transition or decision.
(() => {
  "use strict";
  const LEAST = 0.05, READ = 0.55, MOST = 4, STEP = 1.25, DRAG = 4;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const PARTS = "[data-transition], [data-state], [data-phase], [data-opening]";
  const FOCUSED = "[data-state], [data-phase]";
  const search = one("#search");
  const findings = one("#findings");

  class Drawing {
    constructor(section) {
      this.section = section;
      this.name = section.dataset.flow;
      this.canvas = one(".canvas", section);
      this.panel = one(".panel", section);
      this.picture = one("svg", this.canvas);
      this.width = this.picture.viewBox.baseVal.width;
      this.height = this.picture.viewBox.baseVal.height;
      this.scale = 0;
      this.picture.setAttribute("role", "group"); // as an image it would hide its states from screen readers
      for (const part of all(FOCUSED, this.picture)) {
        part.setAttribute("tabindex", "0");
        part.setAttribute("role", "button");
        part.setAttribute("aria-label", document.getElementById(this.id(part)).dataset.title);
      }
      this.severities = new Set(["error", "warning", "info"]);
      for (const button of all(".switch", this.panel)) {
        button.parentElement.hidden = false;
        button.addEventListener("click", () => this.filter(button));
      }
      this.canvas.addEventListener("click", (event) => this.choose(event));
      this.canvas.addEventListener("keydown", (event) => this.press(event));
      this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
      this.panel.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        if (!link) return;
        event.preventDefault();
        go(link.hash.slice(1), true); // what is reached is read on from there
      });
      this.panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.focusChosen();
      });
      one(".hint", section).hidden = false;
    }

    // --- zooming: the picture gets larger in a frame that scrolls, so moving about is the browser's own

    zoom(scale, at) {
      const frame = this.canvas.getBoundingClientRect();
      const point = at ?? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
      const before = this.picture.getBoundingClientRect();
      const part = { x: (point.x - before.left) / before.width, y: (point.y - before.top) / before.height };
      this.scale = Math.min(MOST, Math.max(LEAST, scale));
      this.picture.style.width = `${this.width * this.scale}px`;
      this.picture.style.height = `${this.height * this.scale}px`;
      const after = this.picture.getBoundingClientRect();
      this.canvas.scrollLeft += after.left + part.x * after.width - point.x;
      this.canvas.scrollTop += after.top + part.y * after.height - point.y;
    }

    across() {
      return (this.canvas.clientWidth - 2) / this.width;
    }

    fit() {
      this.zoom(Math.min(this.across(), (this.canvas.clientHeight - 2) / this.height));
    }

    // At first all of its width is shown, or, where that could not be read, the place where cases begin.
    begin() {
      if (this.scale) return;
      this.zoom(Math.max(READ, Math.min(1, this.across())));
      this.canvas.scrollTop = 0;
      const start = one("[data-opening]", this.picture).getBoundingClientRect();
      const frame = this.canvas.getBoundingClientRect();
      this.canvas.scrollLeft += (start.left + start.right - frame.left - frame.right) / 2;
    }

    wheel(event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(this.scale * Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY });
    }

    grab(event) {
      if (event.button !== 0 || event.pointerType !== "mouse") return;
      const start = { x: event.clientX, y: event.clientY, left: this.canvas.scrollLeft, top: this.canvas.scrollTop };
      const move = (moved) => {
        const by = { x: moved.clientX - start.x, y: moved.clientY - start.y };
        this.dragged ||= Math.hypot(by.x, by.y) > DRAG;
        if (!this.dragged) return;
        this.canvas.classList.add("dragged");
        this.canvas.scrollTo(start.left - by.x, start.top - by.y);
      };
      const drop = () => {
        removeEventListener("pointermove", move);
        this.canvas.classList.remove("dragged");
      };
      this.dragged = false;
      addEventListener("pointermove", move);
      addEventListener("pointerup", drop, { once: true });
      addEventListener("pointercancel", drop, { once: true });
    }

    // --- choosing

    choose(event) {
      if (this.dragged) return;
      const pointer = event.target.closest("[data-pointer]");
      if (pointer) return go(this.placed(pointer.dataset.pointer), true);
      const part = event.target.closest(PARTS);
      if (part) go(this.id(part));
    }

    press(event) {
      const part = event.target.closest(FOCUSED);
      if ((event.key === "Enter" || event.key === " ") && part) go(this.id(part), true);
      else if (event.key === "+" || event.key === "=") this.zoom(this.scale * STEP);
      else if (event.key === "-") this.zoom(this.scale / STEP);
      else if (event.key === "0") this.fit();
      else return;
      event.preventDefault();
    }

    id(part) {
      const kind = ["transition", "state", "phase"].find((one) => part.dataset[one] !== undefined);
      return kind ? `${this.name}/${kind}/${part.dataset[kind]}` : this.name;
    }

    placed(path) {
      const state = `${this.name}/state/${path}`;
      return document.getElementById(state) ? state : `${this.name}/phase/${path}`;
    }

    // The parts of the drawing by the articles about them. Found once: a drawing may have thousands.
    get byId() {
      if (!this.known) {
        this.known = new Map();
        for (const part of all(PARTS, this.picture)) {
          const id = this.id(part);
          if (!this.known.has(id)) this.known.set(id, []);
          this.known.get(id).push(part);
        }
      }
      return this.known;
    }

    parts(id) {
      return this.byId.get(id) ?? [];
    }

    show(id) {
      if (id === `${this.name}/findings`) this.markFindings();
      else if (this.marking) this.mark(new Set());
      for (const article of all("article", this.panel)) article.classList.toggle("chosen", article.id === id);
      for (const part of all(".chosen", this.picture)) part.classList.remove("chosen");
      const parts = this.parts(id);
      for (const part of parts) part.classList.add("chosen");
      if (parts.length) this.reveal(parts[0]);
      this.panel.scrollTop = 0;
    }

    reveal(part) {
      const frame = this.canvas.getBoundingClientRect();
      const box = (one("rect", part) ?? part).getBoundingClientRect();
      const outside = box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
      if (!outside) return;
      this.canvas.scrollLeft += (box.left + box.right - frame.left - frame.right) / 2;
      this.canvas.scrollTop += (box.top + box.bottom - frame.top - frame.bottom) / 2;
    }

    focusChosen() {
      (one("[data-state].chosen, [data-phase].chosen", this.picture) ?? this.canvas).focus();
    }

    // --- findings: those of the severities that are switched on are listed, and what they are about is marked

    filter(button) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", on);
      if (on) this.severities.add(button.dataset.severity);
      else this.severities.delete(button.dataset.severity);
      this.markFindings();
    }

    markFindings() {
      const about = new Set();
      const list = document.getElementById(`${this.name}/findings`);
      for (const item of all("li", list)) {
        item.hidden = !this.severities.has(item.dataset.severity);
        const link = one("a", item);
        if (link && !item.hidden) about.add(link.hash.slice(1));
      }
      this.mark(about);
      this.marking = about.size > 0;
    }

    // Mark the parts about which these articles are; the others fade.
    mark(ids) {
      for (const part of all(".hit", this.picture)) part.classList.remove("hit");
      for (const id of ids) for (const part of this.parts(id)) part.classList.add("hit");
      this.picture.classList.toggle("searching", ids.size > 0);
      this.marking = false;
    }

    // --- searching

    // The articles that hold all terms, those with the terms in their title first; the drawing marks them too.
    search(terms) {
      const found = [];
      for (const article of all("article", this.panel)) {
        if (terms.length > 0 && terms.every((term) => article.dataset.find.toLowerCase().includes(term))) found.push(article);
      }
      this.mark(new Set(found.map((article) => article.id)));
      const inTitle = (article) => terms.every((term) => article.dataset.title.toLowerCase().includes(term));
      return found.sort((a, b) => inTitle(b) - inTitle(a));
    }

    list(found, searching) {
      const items = found.map((article) => {
        const flow = article.closest(".flow");
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `#${article.id}`;
        link.textContent = article.dataset.title;
        item.append(link);
        if (flow !== this.section) {
          const where = document.createElement("small");
          where.textContent = one("h2", flow).textContent;
          link.append(" ", where);
        }
        return item;
      });
      one(".found", this.panel).replaceChildren(...items);
      one(".found", this.panel).hidden = !found.length;
      const said = found.length ? this.panel.dataset.found.replace("{}", found.length) : this.panel.dataset.none;
      one(".count", this.panel).textContent = searching ? said : "";
    }
  }

  const drawings = all(".flow").map((section) => new Drawing(section));
  let current = null;
  let found = [];
  let shown = "";

  function go(id, focus = false) {
    location.hash = `#${id}`;
    show(focus);
  }

  function show(focus) {
    const id = location.hash.slice(1);
    current = drawings.find((drawing) => drawing.name === id.split("/")[0]) ?? drawings[0];
    for (const drawing of drawings) drawing.section.classList.toggle("current", drawing === current);
    for (const link of all("nav a")) {
      if (link.hash === `#${current.name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    current.begin();
    if (findings) {
      findings.textContent = current.section.dataset.count ?? findings.dataset.none;
      findings.setAttribute("aria-pressed", id === `${current.name}/findings`);
    }
    const article = document.getElementById(id)?.closest("article") ?? document.getElementById(current.name);
    shown = article.id;
    current.show(shown);
    if (focus) article.focus({ preventScroll: true });
  }

  findings?.addEventListener("click", () => {
    const list = `${current.name}/findings`;
    go(shown === list ? current.name : list, true);
  });

  addEventListener("hashchange", () => {
    if (location.hash !== `#${shown}`) show(false);
  });

  search.addEventListener("input", () => {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = new Map(drawings.map((drawing) => [drawing, drawing.search(terms)]));
    for (const drawing of drawings) {
      const others = drawings.filter((other) => other !== drawing).flatMap((other) => hits.get(other));
      const list = [...hits.get(drawing), ...others];
      drawing.list(list, terms.length > 0);
      if (drawing === current) found = list;
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.length) go(found[0].id, true);
    if (event.key === "Escape") {
      search.value = "";
      search.dispatchEvent(new Event("input"));
    }
  });
  one(".tools").addEventListener("click", (event) => {
    const word = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (word === "in") current.zoom(current.scale * STEP);
    if (word === "out") current.zoom(current.scale / STEP);
    if (word === "fit") current.fit();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });

  one(".tools").hidden = false;
  document.documentElement.classList.add("live");
  show(false);
})();
