// Moving what the schedule shows: by dragging, and by the keyboard. Without this
// script each appointment's own page has a form that does the same.
(() => {
  "use strict";
  const doc = document;
  const SNAP = 3; // rows of five minutes
  const say = (text) => { const live = doc.getElementById("live"); if (live) live.textContent = text; };
  const schedule = () => doc.getElementById("schedule");
  const board = () => doc.querySelector("[data-board]");

  // ---- Where things lie ----------------------------------------------------
  const number = (el, letter) => {
    for (const c of el.classList) if (c[0] === letter && /^\d+$/.test(c.slice(1))) return +c.slice(1);
    return 0;
  };
  const place = (el, row, rows) => {
    for (const c of [...el.classList]) if (/^[th]\d+$/.test(c)) el.classList.remove(c);
    el.classList.add("t" + row, "h" + rows);
  };
  const lanes = () => [...board().querySelectorAll("[data-lane]")];
  // Everybody's week has cells instead of lanes on a scale: what moves there
  // keeps its time of day.
  const byCell = () => "byCell" in board().dataset;
  const total = () => +board().dataset.rows;
  const rowHeight = (lane) => lane.querySelector(".lane-body").getBoundingClientRect().height / total();

  // What a row of a lane is as the server reads it, and as people do.
  const moment = (lane, row) => {
    if (byCell()) return lane.dataset.date + "T" + held.el.dataset.clock;
    if (!("byDay" in board().dataset)) return new Date(Date.parse(lane.dataset.start) + row * 300000).toISOString();
    const minutes = +board().dataset.first + row * 5;
    return lane.dataset.date + "T" + clock(minutes);
  };
  const clock = (minutes) => String(Math.floor(minutes / 60)).padStart(2, "0") + ":" + String(minutes % 60).padStart(2, "0");
  const words = (lane, row) => {
    if (byCell()) return held.el.dataset.clock;
    if ("byDay" in board().dataset) return clock(+board().dataset.first + row * 5);
    return new Intl.DateTimeFormat("en-GB", { timeZone: board().dataset.zone, hour: "2-digit", minute: "2-digit" })
      .format(new Date(Date.parse(lane.dataset.start) + row * 300000));
  };

  // ---- One thing is moved at a time ------------------------------------------
  let held; // { el, lane, row, rows, from: {lane, row, rows, cls, parent, next} }
  const hold = (el, how) => {
    const lane = el.closest("[data-lane]");
    const row = number(el, "t"), rows = number(el, "h");
    held = { el, lane, row, rows, how, from: { lane, row, rows, cls: el.className, parent: el.parentNode, next: el.nextSibling } };
    el.className = el.className.replace(/\bc\dof\d\b/, "");
    el.classList.add("moving");
  };
  // A request is taken from the list as a thing of its own; dropping it confirms.
  const take = (request, how) => {
    const el = Object.assign(doc.createElement("li"), { className: "slot slot-pending moving", tabIndex: -1 });
    const { request: item, minutes, clock, version, name } = request.dataset;
    Object.assign(el.dataset, { item, minutes, clock, version });
    el.append(Object.assign(doc.createElement("div"), { textContent: name }));
    const rows = Math.ceil(minutes / 5);
    held = { el, how, request, lane: null, row: 0, rows, from: { lane: null, row: 0, rows } };
    request.classList.add("taken");
  };
  const listOf = (lane) => {
    let list = lane.querySelector("ol");
    if (!list) {
      list = Object.assign(doc.createElement("ol"), { className: byCell() ? "" : "slots" });
      byCell() ? lane.prepend(list) : lane.querySelector(".lane-body").append(list);
    }
    return list;
  };
  const put = (lane, row, rows) => {
    if (byCell()) row = rows = 0;
    else rows = Math.max(1, Math.min(rows, total()));
    if (!byCell()) row = Math.max(0, Math.min(row, total() - rows));
    if (lane !== held.lane) {
      const focused = held.el.contains(doc.activeElement) ? doc.activeElement : null;
      listOf(lane).append(held.el);
      focused?.focus({ preventScroll: true });
    }
    Object.assign(held, { lane, row, rows });
    if (!byCell()) place(held.el, row, rows);
  };
  const back = () => {
    if (!held) return;
    const { el, from, request } = held;
    const focused = el.contains(doc.activeElement) ? doc.activeElement : null;
    if (request) {
      el.remove();
      request.classList.remove("taken");
      if (focused) request.querySelector("a").focus();
    } else {
      from.parent.insertBefore(el, from.next?.parentNode === from.parent ? from.next : null);
      el.className = from.cls;
      focused?.focus({ preventScroll: true });
    }
    held = null;
    doc.body.classList.remove("dragging");
  };
  const changed = () => held.lane !== held.from.lane || held.row !== held.from.row || held.rows !== held.from.rows;

  // Drop: the server decides. What it refuses springs back.
  let sent;
  const drop = () => {
    if (!changed()) return back();
    const { el, lane, row, rows, from, request } = held;
    const form = doc.getElementById("move-form");
    const set = (name, value) => { form.elements[name].value = value ?? ""; };
    set("start", moment(lane, row));
    // A length that isn't whole rows stays as it is unless it was changed.
    set("minutes", rows === from.rows ? el.dataset.minutes : rows * 5);
    set("resource_id", lane.dataset.resource);
    set("from_resource", from.lane?.dataset.resource);
    set("status", request && "confirmed");
    set("version", el.dataset.version);
    set("back", schedule().dataset.self);
    form.setAttribute("hx-post", "blocker" in el.dataset ? "/blockers/" + el.dataset.item : "/appointments/" + el.dataset.item + "/move");
    sent = held;
    el.classList.remove("moving");
    doc.body.classList.remove("dragging");
    held = null;
    form.requestSubmit();
  };
  const springBack = () => {
    if (!sent?.el.isConnected) return (sent = null);
    held = sent;
    sent = null;
    back();
  };
  doc.addEventListener("htmx:finally:request", (e) => {
    const by = e.detail.ctx.sourceElement;
    if (by?.id === "move-form") springBack();
    // What was taken back can't be taken back again.
    by?.closest?.(".toast")?.remove();
    refocus();
  });

  // ---- By mouse or pen; a finger scrolls, and taps open the form ---------------
  let press; // before it is a drag
  doc.addEventListener("pointerdown", (e) => {
    if (e.button !== 0 || e.pointerType === "touch" || held || !board()) return;
    const el = e.target.closest("[data-board] [data-item], [data-request]");
    if (!el || e.target.closest("button")) return;
    press = { el, x: e.clientX, y: e.clientY, resize: !!e.target.closest(".grip") };
  });
  doc.addEventListener("pointermove", (e) => {
    if (press && !held && Math.hypot(e.clientX - press.x, e.clientY - press.y) > 5) {
      press.el.dataset.request ? take(press.el, "pointer") : hold(press.el, "pointer");
      press.top = press.y;
      doc.body.classList.add("dragging");
    }
    if (held?.how !== "pointer") return;
    e.preventDefault();
    const { from } = held;
    if (byCell()) {
      const cell = at(e, true);
      return cell ? put(cell) : away();
    }
    if (held.request) {
      const lane = within(box || board(), e) && at(e);
      if (!lane) return away();
      put(lane, snap((e.clientY - lane.querySelector(".lane-body").getBoundingClientRect().top) / rowHeight(lane)), held.rows);
      return nearEdge(e);
    }
    const moved = Math.round((e.clientY - press.top + scrolled()) / rowHeight(from.lane));
    if (press.resize) {
      const end = snap(from.row + from.rows + moved);
      return put(from.lane, from.row, Math.max(end - from.row, 1));
    }
    put(at(e) || held.lane, moved ? snap(from.row + moved) : from.row, from.rows);
    nearEdge(e);
  });
  const snap = (row) => Math.round(row / SNAP) * SNAP;
  const within = (el, e) => { const r = el.getBoundingClientRect(); return e.clientX >= r.left && e.clientX < r.right && e.clientY >= r.top && e.clientY < r.bottom; };
  const at = (e, inside) => lanes().find((l) => { const r = l.getBoundingClientRect(); return e.clientX >= r.left && e.clientX < r.right && (!inside || within(l, e)); });
  // Off the schedule a request is nowhere; what lies there stays where it was.
  const away = () => {
    if (!held.request) return;
    held.el.remove();
    held.lane = null;
  };
  doc.addEventListener("pointerup", () => {
    if (held?.how === "pointer") {
      clicked = Date.now();
      drop();
    }
    press = null;
  });
  doc.addEventListener("pointercancel", () => { press = null; if (held?.how === "pointer") back(); });
  doc.addEventListener("dragstart", (e) => { if (e.target.closest?.("[data-item], [data-request]")) e.preventDefault(); });
  // The click that ends a drag opens nothing.
  let clicked = 0;
  addEventListener("click", (e) => {
    if (Date.now() - clicked < 300 && e.target.closest?.("[data-board], [data-request]")) {
      e.preventDefault();
      e.stopImmediatePropagation();
    }
  }, true);

  // The lanes scroll along when a drag comes to their edge.
  let box, scrollAt = 0;
  const scrolled = () => { return box ? box.scrollTop - (press.scroll ??= box.scrollTop) : 0; };
  const nearEdge = (e) => {
    if (!box || Date.now() - scrollAt < 30) return;
    scrollAt = Date.now();
    const r = box.getBoundingClientRect();
    if (e.clientY > r.bottom - 24) box.scrollTop += 16;
    else if (e.clientY < r.top + 72) box.scrollTop -= 16;
    if (e.clientX > r.right - 24) box.scrollLeft += 16;
    else if (e.clientX < r.left + 72) box.scrollLeft -= 16;
  };

  // ---- By the keyboard ----------------------------------------------------------
  doc.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const el = e.target.closest?.("[data-board] [data-item], [data-request]");
    if (!held) {
      if (!el || !board() || e.key.toLowerCase() !== "m" || e.target.closest("button")) return;
      e.preventDefault();
      if (el.dataset.request) {
        take(el, "keys");
        put(lanes()[0], byCell() ? 0 : snap(total() / 3), held.rows);
        held.el.focus();
      } else hold(el, "keys");
      if (byCell()) return say("Moving. Left and right change the day, up and down who, Enter drops it, Escape puts it back.");
      return say("Moving. Arrow keys move it, Shift with up or down changes its length, Enter drops it, Escape puts it back.");
    }
    if (e.key === "Escape") {
      e.preventDefault();
      back();
      return say("Put back.");
    }
    if (held.how !== "keys") return;
    if (e.key === "Enter") {
      e.preventDefault();
      return drop();
    }
    if (e.key === "Tab") e.preventDefault();
    const all = lanes(), nth = all.indexOf(held.lane);
    const step = { ArrowUp: -SNAP, ArrowDown: SNAP }[e.key], side = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!step && !side) return;
    e.preventDefault();
    if (byCell()) {
      const days = held.lane.parentNode.querySelectorAll("[data-lane]").length, to = nth + (side || Math.sign(step) * days);
      if (all[to] && (!side || all[to].parentNode === held.lane.parentNode)) put(all[to]);
    } else if (side) put(all[Math.min(Math.max(nth + side, 0), all.length - 1)], held.row, held.rows);
    else if (e.shiftKey) put(held.lane, held.row, Math.max(held.rows + step, SNAP));
    else put(held.lane, held.row % SNAP ? (step > 0 ? Math.ceil : Math.floor)(held.row / SNAP) * SNAP : held.row + step, held.rows);
    held.el.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(held.lane.dataset.title + ", " + words(held.lane, held.row) + (byCell() ? "" : " to " + words(held.lane, held.row + held.rows)));
  });
  doc.addEventListener("focusout", () => setTimeout(() => {
    if (held?.how === "keys" && !held.el.contains(doc.activeElement) && doc.hasFocus()) back();
  }));

  // ---- A click on free time begins a new appointment -----------------------------
  doc.addEventListener("click", (e) => {
    const lane = e.target.closest("[data-lane][data-new]");
    if (!lane || e.target.closest("a, li") || !e.target.closest(byCell() ? "td" : ".lane-body")) return;
    // A cell of everybody's week means the day's next free time.
    let start = lane.dataset.date;
    if (!byCell()) {
      const r = lane.querySelector(".lane-body").getBoundingClientRect();
      start = moment(lane, Math.floor((e.clientY - r.top) / rowHeight(lane) / SNAP) * SNAP);
    }
    const query = new URLSearchParams({ start, resource_id: lane.dataset.resource, back: schedule().dataset.self });
    htmx.ajax("GET", lane.dataset.new + "?" + query, { source: doc.getElementById("peek"), target: "#peek", swap: "innerHTML" });
  });

  // ---- Swaps ------------------------------------------------------------------------
  // What somebody holds isn't taken away by news; the focus and the place stay.
  const self = (e) => e.detail.ctx?.sourceElement?.id === "schedule";
  doc.addEventListener("htmx:before:request", (e) => { if (self(e) && (held || sent)) e.preventDefault(); });
  let scroll, more;
  doc.addEventListener("htmx:before:swap", (e) => {
    if (self(e) && held) return e.preventDefault();
    const b = doc.querySelector(".board-scroll");
    scroll = b && [b.scrollLeft, b.scrollTop];
    more = doc.querySelector(".more-requests")?.open;
    if (self(e)) left(doc.activeElement);
  });
  doc.addEventListener("htmx:after:swap", () => {
    ready();
    const b = doc.querySelector(".board-scroll");
    if (b && scroll) [b.scrollLeft, b.scrollTop] = scroll;
    if (more) doc.querySelector(".more-requests")?.setAttribute("open", "");
    const note = doc.getElementById("schedule-note");
    if (note?.childElementCount && !doc.querySelector("dialog[open]")) note.focus();
    else refocus();
  });

  // Whoever works with the keyboard goes on where the change began: at what was
  // pressed, else at what was changed, else at the next request, else at the lanes.
  const stops = "a[href], button, input:not([type=hidden]), select, summary, [tabindex]";
  const requests = () => [...doc.querySelectorAll("[data-request]")];
  const itemLink = (id) => id && doc.querySelector(`[data-item="${id}"] a`);
  let again = [];
  const left = (el) => {
    again = [];
    const root = schedule();
    if (!root || el === doc.body || el.closest("#peek")) return;
    const item = el.closest("[data-item]")?.dataset.item, request = el.closest("[data-request]");
    const changed = el.form?.getAttribute("action")?.match(/[0-9a-f-]{36}/)?.[0];
    if (!root.contains(el) && !el.closest(".toast")) again.push(() => el);
    if (el.id) again.push(() => doc.getElementById(el.id));
    if (request) {
      const of = requests().indexOf(request), nth = [...request.querySelectorAll(stops)].indexOf(el);
      again.push(() => requests().find((r) => r.dataset.request === request.dataset.request)?.querySelectorAll(stops)[nth]);
      if (changed) again.push(() => requests().slice(0, of + 1).pop()?.querySelector("a"));
    }
    again.push(() => itemLink(item || changed));
    if (root.contains(el) && !item && !request && !changed) {
      const nth = [...root.querySelectorAll(stops)].indexOf(el);
      again.push(() => schedule().querySelectorAll(stops)[nth]);
    }
    again.push(() => doc.querySelector(".board-scroll, .week")?.closest(".scroll"));
  };
  const refocus = () => {
    for (const find of again) {
      if (doc.activeElement !== doc.body || doc.querySelector("dialog[open]")) return;
      find()?.focus({ preventScroll: true });
    }
  };
  doc.addEventListener("htmx:before:request", (e) => {
    if (!self(e) && !doc.activeElement.closest("#peek")) left(doc.activeElement);
  });
  const ready = () => { box = doc.querySelector(".board-scroll"); board()?.classList.add("js-board"); schedule()?.classList.add("js-schedule"); };
  ready();
  // The page opens at the present, or where the day begins.
  const b = doc.querySelector(".board-scroll"), now = b?.querySelector(".now, .slot");
  if (now) b.scrollTop = now.getBoundingClientRect().top - b.getBoundingClientRect().top - b.clientHeight / 3;
})();
