// The tablet at the desk. One page, no history: nobody can go back to the screen of the guest before.
// What is answered waits here, sealed for the server alone, until the server has taken it, and is forgotten then; where the
// browser cannot seal, it waits in this page's memory only. The list of arrivals outlives a reload, in this tab.
"use strict";
(() => {
  const { here, formToken, idle, countries, near, place, sealing, language: first } = document.body.dataset;
  const QUEUE = `halte-answers ${here}`, TURNS = "halte-turns", home = document.getElementById("screens");
  let language = first, turns = [], chosen = null, person = null, current = "list", form = null;
  let answered = Date.now(), unpaired = false, online = true, saving = false, unsealed = [];

  const one = (selector, within = home) => within.querySelector(selector);
  const all = (selector, within = home) => [...within.querySelectorAll(selector)];
  const read = (storage, name) => { try { return JSON.parse(storage.getItem(name)); } catch { return null; } };
  const put = (storage, name, value) => { try { if (value) storage.setItem(name, JSON.stringify(value)); else storage.removeItem(name); } catch { /* Full, or forbidden: only a reload is not survived. */ } };
  const queue = () => [...(read(localStorage, QUEUE) || []), ...unsealed];
  function keep(items) {
    const sealed = items.filter((each) => each.sealed);
    unsealed = items.filter((each) => !each.sealed);
    put(localStorage, QUEUE, sealed.length ? sealed : null);
  }
  const today = () => new Date().toDateString();
  // Who is still expected: as much as the list shows, and nobody who has answered.
  function expect(list) { turns = list; put(sessionStorage, TURNS, list.length ? { day: today(), list } : null); }
  const sentence = (name) => one(`[data-for=${name}]`).textContent;
  const number = () => crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;

  function draw() {
    const words = document.querySelector(`template[data-language=${language}]`);
    // Replacing the screens destroys whatever was typed in them.
    home.replaceChildren(words.content.cloneNode(true));
    document.documentElement.lang = language;
    one("[data-place]").textContent = place;
    for (const button of all("[data-language]")) button.addEventListener("click", () => { language = button.dataset.language; draw(); });
    for (const button of all("[data-back]")) button.addEventListener("click", reset);
    one("[data-new]").addEventListener("click", () => { person = null; show("form"); });
    for (const each of all("form[data-form]")) each.addEventListener("submit", (event) => { event.preventDefault(); send(each); });
    nations();
    show(current);
  }

  function nations() {
    const select = one("[name=country]"), codes = countries.split(" ");
    const names = new Intl.DisplayNames([language], { type: "region" }), order = new Intl.Collator(language);
    const named = codes.map((code) => [code, names.of(code)]);
    const sorted = [...named.slice(0, near), ...named.slice(near).sort((a, b) => order.compare(a[1], b[1]))];
    for (const [code, name] of sorted) select.append(new Option(name, code));
  }

  function show(screen) {
    current = screen;
    for (const section of all("[data-screen]")) section.hidden = section.dataset.screen !== screen;
    if (screen === "list") list();
    if (screen === "who") people();
    if (screen === "form") {
      const adults = chosen.adults || [];
      one("[data-adults]").hidden = adults.length === 0;
      for (const adult of adults) one("[name=adult_id]").append(new Option(adult.name, adult.id));
      form = window.halteGuestForm(one("[data-form=guests]"));
      // What the card has already is not asked.
      for (const [name, asked] of [["email", chosen.asks_email], ["phone", chosen.asks_phone]]) one(`[data-asks=${name}]`).hidden = !asked;
      one("[data-reach]").hidden = !(chosen.asks_email || chosen.asks_phone);
    }
    if (screen === "sign") {
      const lead = one("[data-screen=sign] .lead");
      lead.textContent = lead.textContent.replace("‹name›", person.name);
      form = { pad: window.halteSignaturePad(one("[data-screen=sign] [data-signature]")) };
    }
    status();
    scrollTo(0, 0);
    if (screen !== "list") one("main").focus({ preventScroll: true });
    history.replaceState(null, "", here);
  }

  function item(label, detail, act) {
    const li = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.className = "turn";
    button.textContent = label;
    if (detail) { const span = document.createElement("span"); span.textContent = detail; button.append(" ", span); }
    button.addEventListener("click", act);
    li.append(button);
    return li;
  }

  function list() {
    one("[data-turns]").replaceChildren(...turns.map((turn) => item(turn.name || "…", "", () => {
      chosen = turn;
      if (turn.to_sign.length) show("who"); else { person = null; show("form"); }
    })));
    one("[data-nobody]").hidden = turns.length > 0 || unpaired;
    one("[data-unpaired]").hidden = !unpaired;
  }

  function people() {
    one("[data-people]").replaceChildren(...chosen.to_sign.map((guest) => item(guest.name, "", () => { person = guest; show("sign"); })));
    one("[data-new]").hidden = chosen.unknown === 0;
  }

  function status() {
    const waiting = queue().length;
    one("[data-offline]").hidden = online && waiting === 0;
    one("[data-waiting]").textContent = waiting ? `(${waiting})` : "";
  }

  function reset() {
    chosen = null; person = null; form = null;
    if (language !== first) language = first;
    current = "list";
    draw();
    refresh();
  }

  function lacks(element) {
    // What the server would refuse anyway, said at once: without a network nobody else can say it.
    const found = {}, value = (name) => element.elements[name] ? element.elements[name].value.trim() : "";
    if (element.dataset.form === "signatures") { if (!value("signature")) found.signature = sentence("signature"); return found; }
    for (const name of ["surname", "first_names", "country"]) if (!value(name)) found[name] = sentence("required");
    for (const field of all("[data-state=wrong]", element)) if (field.checkVisibility()) found[field.name] = sentence("unreadable");
    if (value("country") && value("country") !== "FR") {
      for (const name of ["birth_date", "birth_place", "home"]) if (!value(name)) found[name] = sentence("required");
      if (value("birth_date") && !/^\d{1,2}\D?\d{1,2}\D?\d{4}$|^\d{4}-\d\d-\d\d$/.test(value("birth_date"))) found.birth_date = sentence("unreadable");
      if (!value("adult_id") && !value("mobile") && !value("email")) found.mobile = sentence("reach");
      if (!value("adult_id") && !value("signature")) found.signature = sentence("signature");
    }
    return found;
  }

  function refuse(element, errors) {
    for (const old of all(".error", element)) old.remove();
    for (const field of all("[aria-invalid]", element)) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); }
    const box = one("[data-problems]", element.parentElement), lines = one("ul", box);
    lines.replaceChildren();
    for (const [name, words] of Object.entries(errors)) {
      const field = element.elements[name], line = document.createElement("li");
      line.textContent = field && field.labels && field.labels.length ? `${field.labels[0].textContent.trim()} : ${words}` : words;
      lines.append(line);
      const problem = Object.assign(document.createElement("p"), { className: "error", id: `${name}-problem`, textContent: words });
      const holder = field && field.closest(".field");
      if (holder) { holder.append(problem); if (field.type !== "hidden") { field.setAttribute("aria-invalid", "true"); field.setAttribute("aria-describedby", problem.id); } }
    }
    box.hidden = false;
    box.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  async function send(element) {
    const errors = lacks(element);
    if (Object.keys(errors).length) { refuse(element, errors); return; }
    const body = new URLSearchParams(new FormData(element));
    if (saving) return;
    saving = true;
    body.set("once", number());
    body.set("stay_id", chosen.id);
    if (person) body.set("guest_id", person.id);
    const answer = { path: element.dataset.form, once: body.get("once"), language };
    if (window.halteSeal) answer.sealed = await window.halteSeal(body.toString(), sealing, here); else answer.body = body.toString();
    keep([...queue(), answer]);
    const outcome = await flush(answer.once);
    saving = false;
    if (outcome && outcome.errors) { refuse(element, outcome.errors); return; }
    // Seen from here on as taken, so that the next guest does not find this one still waiting.
    // The card's own gaps are filled by the first who answers.
    chosen.asks_email = false; chosen.asks_phone = false;
    if (person) chosen.to_sign = chosen.to_sign.filter((guest) => guest !== person);
    else if (chosen.unknown > 0) chosen.unknown -= 1;
    expect(turns.filter((turn) => turn.unknown > 0 || turn.to_sign.length > 0));
    element.reset();
    draw_done(outcome === "kept");
  }

  function draw_done(kept) {
    current = "done";
    draw();
    one("[data-sent]").hidden = kept;
    one("[data-kept]").hidden = !kept;
    setTimeout(() => { if (current === "done") reset(); }, 12000);
  }

  let sending = null;
  // Send what waits, oldest first; say what became of the answer numbered `wanted`: "taken", "kept" or its errors.
  async function flush(wanted) {
    if (sending) await sending;
    let outcome = "kept";
    sending = (async () => {
      for (const answer of queue()) {
        let reply;
        try {
          reply = await fetch(`${here}/${answer.path}?lang=${answer.language}`, {
            method: "POST", body: answer.sealed ? new URLSearchParams({ sealed: answer.sealed, once: answer.once }) : answer.body, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(8000),
            headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Halte-Form": formToken, Accept: "application/json" },
          });
        } catch { online = false; break; }
        online = true;
        if (reply.status === 422) {
          const { errors } = await reply.json().catch(() => ({ errors: {} }));
          forget(answer);
          if (answer.once === wanted) outcome = { errors }; else one("[data-refused]").hidden = false;
        } else if (reply.ok || reply.status === 404) {
          // Not on today's list any more: the desk knows these people already.
          forget(answer);
          if (answer.once === wanted) outcome = "taken";
        } else if (reply.status === 403) { unpaired = true; leave(); break; } else { break; }
      }
    })();
    await sending;
    sending = null;
    status();
    return outcome;
  }
  const forget = (answer) => keep(queue().filter((each) => each.once !== answer.once));

  async function refresh() {
    try {
      const reply = await fetch(`${here}/turns`, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
      online = true;
      unpaired = reply.status === 403 || reply.status === 404;
      if (unpaired) leave();
      if (reply.ok && !queue().length) expect(await reply.json());
    } catch { online = false; }
    status();
    if (current === "list") list();
  }

  // Without a network the page opens again from what a worker keeps of it; no longer paired, it must not.
  const workers = navigator.serviceWorker;
  function tell(what) { if (workers) workers.ready.then((found) => found.active.postMessage(what)).catch(() => {}); }
  function leave() { expect([]); tell({}); }
  if (workers) {
    workers.register(`${here.slice(0, here.indexOf("/o/"))}/worker.js`).catch(() => {});
    const drawn = [...document.querySelectorAll("link[href^='/assets/'],script[src^='/assets/']")];
    if (navigator.onLine) tell({ page: here, assets: drawn.map((each) => each.getAttribute("href") || each.getAttribute("src")) });
  }

  // Nobody reads what another left: the screen is wiped after a minute without a touch, and says so before.
  const touched = () => { answered = Date.now(); const fading = one("[data-fading]"); if (fading) fading.hidden = true; };
  for (const kind of ["pointerdown", "pointermove", "keydown", "input"]) addEventListener(kind, touched, { passive: true });
  setInterval(() => {
    const quiet = (Date.now() - answered) / 1000;
    if (current === "list") { if (quiet > idle && language !== first) reset(); return; }
    if (quiet > idle) reset();
    else if (quiet > idle * 0.75) one("[data-fading]").hidden = false;
  }, 500);
  setInterval(() => { if (queue().length) flush(); else if (current === "list") refresh(); }, 5000);
  addEventListener("online", () => flush());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("popstate", reset);
  const known = read(sessionStorage, TURNS);
  if (known && known.day === today()) turns = known.list;
  draw();
  refresh();
  if (queue().length) flush();
})();
