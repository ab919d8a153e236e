// How somebody is found: the palette, the search for an appointment's customer,
// and the keys that lead to them. It travels in one file with app.js; visitors,
// who search for nobody, go without.
(() => {
  "use strict";
  const doc = document;
  const $ = (sel, root = doc) => root.querySelector(sel);
  const on = (type, fn) => doc.addEventListener(type, fn);

  // ---- The palette ----------------------------------------------------------
  // The focus stays in its field; the arrows move what Enter opens.
  const palette = $("#palette"), find = $("#palette-q");
  let enter = false;
  const choose = (step) => {
    const all = [...palette.querySelectorAll("[role=option]")];
    const at = all.findIndex((o) => o.ariaSelected === "true");
    const next = all[step ? (at + step + all.length) % all.length : 0];
    for (const o of all) o.setAttribute("aria-selected", o === next);
    find.setAttribute("aria-expanded", !!next);
    find.setAttribute("aria-activedescendant", next?.id || "");
    next?.scrollIntoView({ block: "nearest" });
  };
  if (palette) {
    find.addEventListener("focus", () => {
      find.select();
      if (!$("[data-for]", palette)) find.form.dispatchEvent(new Event("find"));
    });
    find.addEventListener("input", () => (enter = false));
    find.addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!step) return;
      e.preventDefault();
      choose(step);
    });
    find.form.addEventListener("submit", (e) => {
      e.preventDefault();
      open();
    });
    // What was found for fewer letters is not opened: Enter waits for the answer.
    const open = () => {
      enter = $("[data-for]", palette)?.dataset.for !== find.value.trim();
      if (!enter) $("[aria-selected=true]", palette)?.click();
    };
    on("htmx:after:swap", (e) => {
      if (e.detail.ctx.sourceElement !== find.form) return;
      choose(0);
      if (enter) open();
    });
    palette.addEventListener("click", (e) => (e.target === palette || e.target.closest("a")) && palette.close());
    if (/Mac|iP/.test(navigator.platform)) for (const k of doc.querySelectorAll(".find kbd")) k.textContent = "⌘ K";
  }

  // ---- Who an appointment is for -------------------------------------------
  // Enter in the search takes the first who was found, once the answer is there;
  // "New" takes what was searched for into the fields of somebody new.
  let first = false;
  const takeFirst = (q) => {
    const box = doc.getElementById(q.dataset.pick), r = $("input", box);
    first = !!q.value.trim() && $("[data-for]", box)?.dataset.for !== q.value.trim().replace(/\s+/g, " ");
    if (first) return q.dispatchEvent(new Event("find"));
    if (!r) return;
    r.checked = true;
    ("name" in r.dataset && takeNew(r) || r).focus();
  };
  const takeNew = (r) => {
    let next;
    for (const k of ["name", "email", "phone"]) {
      const f = r.form.elements["customer_" + k];
      if (!f) return;
      if (!f.value || f.value === f.dataset.taken) f.value = f.dataset.taken = r.dataset[k];
      f.closest("details").open = true;
      if (!f.value && k !== "email") next ||= f;
    }
    return next;
  };
  on("keydown", (e) => {
    if (e.key !== "Enter" || !e.target.matches?.("[data-pick]")) return;
    e.preventDefault();
    takeFirst(e.target);
  });
  on("change", (e) => e.target.matches("[data-name]") && takeNew(e.target));
  on("htmx:after:swap", (e) => {
    const q = e.detail.ctx.sourceElement;
    if (!q?.matches?.("[data-pick]")) return;
    const r = $("[data-name]:checked", doc.getElementById(q.dataset.pick));
    if (r) takeNew(r);
    if (first) takeFirst(q);
  });

  // ---- Keys: "/" searches, "?" helps -----------------------------------------
  const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
  on("keydown", (e) => {
    const el = e.target, plain = !e.ctrlKey && !e.metaKey && !e.altKey;
    if (e.key === "Escape") {
      if (el.type === "search" && !el.value) el.blur();
      return;
    }
    // A field of one line has no use for Ctrl-K; a longer text may.
    const chord = palette && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k";
    if (chord && palette.open) {
      e.preventDefault();
      return palette.close();
    }
    if ($("dialog[open]") || (chord ? el.isContentEditable || el.tagName === "TEXTAREA" : !plain || typing(el))) return;
    const s = $("main input[type=search]");
    const to = chord || (e.key === "/" && !s) ? palette : e.key === "?" ? $("#keys") : null;
    if (!to && (e.key !== "/" || !s)) return;
    e.preventDefault();
    if (to) to.showModal();
    else {
      s.focus();
      s.select();
    }
  });
})();
