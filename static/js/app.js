// The little that pages do beyond htmx. Everything here is comfort: each page
// works without it.
(() => {
  "use strict";
  const doc = document;
  const $ = (sel, root = doc) => root.querySelector(sel);
  const on = (type, fn, capture) => doc.addEventListener(type, fn, capture);

  // ---- One press, one request -------------------------------------------
  // A form that was sent is marked until its answer; a second submit is
  // dropped. The button keeps its value, which "disabled" would lose.
  const release = (form) => {
    if (!form?.dataset?.sent) return;
    delete form.dataset.sent;
    for (const b of form.querySelectorAll("[aria-busy]")) b.removeAttribute("aria-busy");
  };
  on("submit", (e) => {
    const form = e.target;
    if (form.method !== "post" || e.defaultPrevented) return;
    if (form.dataset.sent) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    const b = e.submitter;
    setTimeout(() => form.dataset.sent && b?.setAttribute("aria-busy", "true"), 150);
    if (!form.matches("[hx-post]")) busy(1);
  }, true);
  on("htmx:finally:request", (e) => release(e.detail.ctx.sourceElement));
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    busy(0);
    doc.querySelectorAll("form").forEach(release);
  });

  // ---- A request of more than 150 ms is seen ----------------------------
  let pending = 0, timer, bar;
  const busy = (n) => {
    pending = n ? Math.max(0, pending + n) : 0;
    clearTimeout(timer);
    if (!pending) return bar?.remove();
    timer = setTimeout(() => {
      bar ||= Object.assign(doc.createElement("div"), { className: "loading" });
      // Over an open dialog, too.
      ($("dialog[open]") || doc.body).append(bar);
    }, 150);
  };
  // What a page asks by itself is not shown, and not asked while nobody looks.
  const quiet = (e) => e.detail.ctx?.sourceElement?.hasAttribute?.("data-quiet");
  const swapped = (e) => e.detail.ctx?.sourceElement?.closest?.("[data-swap]");
  on("htmx:before:request", (e) => {
    if (quiet(e)) return (doc.hidden || $("#session-ended")) && e.preventDefault();
    busy(1);
    swapped(e)?.setAttribute("aria-busy", "true");
  });
  on("htmx:finally:request", (e) => {
    if (quiet(e)) return;
    busy(-1);
    swapped(e)?.removeAttribute("aria-busy");
  });

  // ---- Toasts and announcements -----------------------------------------
  const toast = (text, tone) => {
    const box = $("#toasts"), model = $("#toast-model");
    if (!box || !model) return;
    const t = model.content.firstElementChild.cloneNode(true);
    t.classList.add("tone-" + tone);
    $("p", t).textContent = text;
    box.append(t);
    settle();
  };
  // Good news is one at a time and goes after eight seconds in which nobody
  // points at it; what went wrong stays until it is put away.
  const passing = ".toast:is(.tone-success, .tone-info)";
  const settle = (wrong) => {
    const all = [...doc.querySelectorAll(".toast")], last = all.at(-1);
    for (const t of all) if ((wrong || t !== last) && t.matches(passing)) t.remove();
    place();
  };
  setInterval(() => {
    for (const t of doc.querySelectorAll(passing))
      if (doc.hidden || t.matches(":hover, :focus-within") || $("[data-sent]", t)) t.age = 0;
      else if ((t.age = -~t.age) > 7) t.remove();
  }, 1000);
  // They stand where they cover nothing: no text if there is room, never a button.
  const place = () => {
    const box = $("#toasts");
    if (!box?.childElementCount) return;
    box.removeAttribute("style");
    const base = box.getBoundingClientRect(), h = base.height + 8;
    const controls = ".masq,a[href],button,input,select,textarea,summary,[data-item]";
    for (const what of [controls + ",p,h1,h2,h3,li,dt,dd,td,th,label", controls]) {
      const rects = [...doc.querySelectorAll(what)].filter((e) => !box.contains(e) && e.checkVisibility?.() !== false).map((e) => e.getBoundingClientRect());
      for (const left of [base.left, 16]) {
        const near = rects.filter((r) => r.width && r.left < left + base.width && r.right > left);
        let y = base.top, hit;
        while (y > 0 && (hit = near.find((r) => r.top < y + h && r.bottom > y - 8))) y = hit.top - h - 1;
        if (y > 0) return Object.assign(box.style, { top: y + "px", bottom: "auto", left: left + "px", right: "auto" });
      }
    }
  };
  let placing;
  const replace = () => {
    clearTimeout(placing);
    placing = setTimeout(place, 100);
  };
  addEventListener("scroll", replace, true);
  addEventListener("resize", replace);
  const say = (text) => {
    // What lies behind an open dialog is not read out.
    const live = $("dialog[open] [data-live]") || $("#live");
    if (live && text) live.textContent = text;
  };
  // A newer change of the same thing leaves nothing of the older to take back.
  const newest = () => {
    const seen = new Set();
    for (const t of [...doc.querySelectorAll(".toast[data-about]")].reverse())
      if (seen.has(t.dataset.about)) t.remove();
      else seen.add(t.dataset.about);
  };
  on("click", (e) => e.target.closest("[data-dismiss]")?.closest(".toast")?.remove());

  // ---- htmx --------------------------------------------------------------
  // Empty fields stay out of the address, so one state is one URL.
  on("htmx:config:request", (e) => {
    const { request, sourceElement } = e.detail.ctx;
    // Files wait for the form that sends them.
    if (sourceElement.matches("[data-fileless]")) for (const [k, v] of [...request.body]) if (v instanceof File) request.body.delete(k);
    if (request.method !== "GET" || !request.body) return;
    for (const [k, v] of [...request.body]) if (v === "") request.body.delete(k);
  });
  // An answer that came by way of a redirect is another page, not a fragment:
  // the login after a session's end, for one.
  on("htmx:before:response", (e) => {
    const { raw } = e.detail.ctx.response;
    if (!raw.redirected) return;
    e.preventDefault();
    location.assign(raw.url);
  });
  // What was typed while the answer was under way must not be lost, and must
  // be searched for: the swap takes the waiting trigger away with the form.
  let behind;
  on("htmx:before:swap", (e) => {
    const el = doc.activeElement;
    if (el?.type !== "search" || !el.id) return;
    if (e.detail.ctx.sourceElement !== el.form) return;
    for (const t of e.detail.tasks) {
      const next = t.fragment.querySelector("#" + CSS.escape(el.id));
      if (!next || next.value === el.value) continue;
      next.value = el.value;
      behind = el.id;
    }
  });
  on("htmx:after:swap", (e) => {
    newest();
    const refused = e.detail.ctx.response?.status > 399;
    settle(refused);
    if (quiet(e)) return;
    const root = e.detail.ctx.sourceElement;
    const scope = root?.closest?.("[data-swap]") || root;
    say(scope?.querySelector?.("[data-announce]")?.textContent);
    const inside = $("dialog[open]");
    if (inside && refused) attend(inside);
    else invalid(scope);
    openDialogs();
    if (behind) doc.getElementById(behind)?.dispatchEvent(new Event("input", { bubbles: true }));
    behind = null;
    if (doc.activeElement !== doc.body) return;
    // What had the focus is gone, a chip for one.
    const near = ["[data-focus]", ".chip", ".scroll", "input"].map((sel) => scope?.querySelector?.(sel)).find((el) => el);
    near?.focus({ preventScroll: true });
  });
  // What would change nothing yet is off until something is chosen.
  const chosen = () => doc.querySelectorAll("form[data-choose]").forEach((form) => {
    for (const b of form.querySelectorAll("button:not([type=button])")) b.disabled = form.matches(":invalid");
  });
  for (const type of ["input", "change", "htmx:after:swap"]) on(type, chosen);
  addEventListener("pageshow", chosen);
  const failed = (e) => {
    const err = e.detail.error;
    if (err?.name === "AbortError" || quiet(e)) return;
    // One message: the list's own, or the answer's, or this.
    const ctx = e.detail.ctx, box = swapped(e);
    if (ctx?.sourceElement?.matches?.("[data-acts]")) ctx.sourceElement.reset();
    const note = box && $("[data-failed]", box), again = note && $("a", note);
    if (again) {
      note.hidden = false;
      again.href = ctx.request.action;
      // What is chosen is what is shown.
      for (const s of box.querySelectorAll(".list-form select")) s.value = [...s.options].find((o) => o.defaultSelected)?.value ?? "";
      ctx.text = "";
    } else if (!ctx?.text?.includes("<hx-partial")) toast(doc.body.dataset.failed, "danger");
  };
  on("htmx:error", failed);
  on("htmx:response:error", (e) => e.detail.ctx.response.status >= 500 && failed(e));

  // ---- Filters act at once -------------------------------------------------
  // What is typed acts when it is left, or by Enter: a year comes digit by digit.
  let typed, waits;
  on("keydown", (e) => (typed = e.target), true);
  on("pointerdown", () => (typed = null), true);
  on("change", (e) => {
    const el = e.target;
    if (!el.form?.matches("[data-acts]")) return;
    waits = typed === el && !el.matches("select") && el;
    if (!waits) el.form.requestSubmit();
  });
  on("focusout", (e) => e.target === waits && !e.relatedTarget?.matches("[type=submit]") && waits.form?.requestSubmit());
  on("submit", () => (waits = null), true);
  on("htmx:after:swap", (e) => e.detail.ctx.sourceElement?.matches?.("[data-acts]") && say($("main [data-announce]")?.textContent));

  // ---- Days and times read as the pages write them ---------------------------
  on("input", (e) => {
    const day = e.target.type === "date" && doc.getElementById(e.target.id + "-day");
    if (day) day.textContent = e.target.valueAsDate?.toUTCString().slice(0, 16).replace(/, 0?/, " ") || "";
  });
  on("change", (e) => {
    const el = e.target, m = el.matches("[data-clock]") && el.value.trim().toLowerCase().match(/^(\d{1,2})[:.h ]?(\d\d)?\s*(?:([ap])\.?\s?m?\.?)?$/);
    if (!m) return;
    const [, h, min = "00", half] = m, hour = half ? (h % 12) + (half === "p" ? 12 : 0) : +h;
    if (min < 60 && (half ? h > 0 && h < 13 : hour < 24 || h + min === "2400")) el.value = String(hour).padStart(2, "0") + ":" + min;
  }, true);

  // ---- Focus: the first field that is wrong ------------------------------
  // It may be folded away; a root that was swapped out says nothing any more.
  const invalid = (root) => {
    const all = [...(root?.isConnected ? root : doc).querySelectorAll("[aria-invalid=true]")];
    const el = all.find((f) => !f.closest("dialog:not([open])")) || $("main [data-errors]");
    for (let d = el; (d = d?.parentElement?.closest("details")); ) d.open = true;
    el?.focus();
    return el;
  };

  // ---- Dialogs ------------------------------------------------------------
  // Browsers without invoker commands get the same from here.
  if (!("command" in HTMLButtonElement.prototype)) {
    on("click", (e) => {
      const b = e.target.closest("button[commandfor]");
      const d = b && doc.getElementById(b.getAttribute("commandfor"));
      if (!d) return;
      if (b.getAttribute("command") === "show-modal") d.showModal();
      else d.close();
    });
  }
  const openDialogs = () => {
    for (const d of doc.querySelectorAll("dialog[data-open]:not([open])")) {
      d.removeAttribute("data-open");
      d.showModal();
      attend(d);
    }
  };
  // A dialog begins at what it says went wrong, or else at its first field.
  const attend = (d) => {
    const said = $(".alert[role=alert]", d);
    if (said) said.tabIndex = -1;
    (said || $("[aria-invalid=true]", d) || $("[autofocus], input:not([type=hidden]), select, textarea", d))?.focus();
  };
  on("toggle", (e) => e.newState === "open" && e.target.matches("dialog") && attend(e.target), true);
  // The focus goes back to where it came from, or to what took its place.
  on("beforetoggle", (e) => e.newState === "open" && (e.target.from = doc.activeElement.id), true);
  on("close", (e) => doc.activeElement.matches("body, dialog *") && doc.getElementById(e.target.from)?.focus(), true);

  // ---- Picked rows: all at once, and how many -----------------------------
  const picked = (list) => {
    const rows = [...list.querySelectorAll("tbody .pick input")], n = rows.filter((r) => r.checked).length;
    const all = $("[data-pick-all]", list), text = $("[data-picked]", list);
    if (all) [all.checked, all.indeterminate] = [n === rows.length, n > 0 && n < rows.length];
    if (text) say((text.textContent = n + " picked"));
  };
  on("change", (e) => {
    const list = e.target.closest(".pick") && e.target.closest(".list");
    if (!list) return;
    if (e.target.matches("[data-pick-all]"))
      for (const r of list.querySelectorAll("tbody .pick input")) r.checked = e.target.checked;
    picked(list);
  });

  // ---- Menus close like menus ---------------------------------------------
  on("click", (e) => {
    for (const m of doc.querySelectorAll(".menu-wide[open], .views[open]")) if (!m.contains(e.target)) m.open = false;
  });
  on("keydown", (e) => {
    const m = e.key === "Escape" && e.target.closest?.("details.menu[open]");
    if (!m) return;
    m.open = false;
    $("summary", m).focus();
  });

  // ---- The masquerade's time runs down -------------------------------------
  // Announced to screen readers only near the end; a clock that speaks every
  // minute is noise.
  const tick = () => {
    const el = $("[data-ends]");
    if (!el) return;
    const left = Math.ceil((Date.parse(el.dataset.ends) - Date.now()) / 60000);
    if (Number.isNaN(left)) return;
    const text = left > 0 ? el.dataset.left.replace("%d", left) : el.dataset.over;
    if (el.textContent === text) return;
    el.textContent = text;
    if (left === 5 || left === 1 || left <= 0) say(text);
  };
  setInterval(tick, 10000);

  // Every few seconds, and whenever the page comes into sight, it asks whether it
  // may still be shown. One that may not goes blank before it goes away.
  const live = async () => {
    const el = $("[data-live^='/']");
    const r = el && await fetch(el.dataset.live, { cache: "no-store", headers: { "HX-Request": "true" } }).catch(() => 0);
    const to = r && r.headers.get("HX-Redirect");
    if (to) {
      document.body.replaceChildren();
      location.replace(to);
    } else if (r && (el.dataset.ends = r.headers.get("X-Visit-Ends") || el.dataset.ends)) tick();
  };
  setInterval(live, 4000);
  addEventListener("visibilitychange", live);
  addEventListener("pageshow", live);

  // The browser knows the time zone that a form asks for; the booking page shows
  // free times on the device's clock, once.
  const zone = $("input[data-zone]"), own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && own && zone.value !== own) {
    if (zone.dataset.zone) {
      zone.value = own;
      location.replace("?" + new URLSearchParams(new FormData(zone.form)));
    } else zone.value ||= own;
  }

  // Who is back at the times keeps nobody from the one that was held.
  const leave = $("form[data-leave]");
  if (leave) navigator.sendBeacon(leave.action, new URLSearchParams(new FormData(leave)));

  $("form[data-go]")?.requestSubmit();
  tick();
  chosen();
  newest();
  settle();
  openDialogs();

  // ---- Focus: back to where an action was begun -----------------------------
  // A form leads to the same page again, which would begin at its top for who
  // works with the keyboard.
  on("submit", (e) => {
    const f = e.target, box = f.closest("dialog") || f.closest("[aria-labelledby]");
    if (f.method !== "post" || e.defaultPrevented || f.matches("[hx-post]") || !doc.activeElement.matches(":focus-visible")) return;
    const head = box && CSS.escape(box.getAttribute("aria-labelledby"));
    sessionStorage.acted = JSON.stringify([location.pathname + " " + new URL(f.action).pathname, `form[action="${CSS.escape(f.getAttribute("action") || "")}"] [type=submit]`,
      box?.matches("dialog") ? `[commandfor="${box.id}"]` : head ? "#" + head : "h1"]);
  });
  const acted = JSON.parse(sessionStorage.acted || "[]");
  delete sessionStorage.acted;
  const led = $("main [autofocus]:not(dialog *)"); // the page knows better
  if (!led && !invalid() && doc.activeElement === doc.body && acted.shift()?.split(" ").some((path) => path.startsWith(location.pathname))) {
    const el = [...acted, "h1"].map((sel) => [...doc.querySelectorAll(sel)].find((el) => el.checkVisibility())).find((el) => el);
    if (!el) return;
    if (el.matches("h1,h2")) el.tabIndex = -1;
    el.dataset.acted = "";
    el.addEventListener("blur", () => delete el.dataset.acted, { once: true });
    el.focus();
  }
})();
