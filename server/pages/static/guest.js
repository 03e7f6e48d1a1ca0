// The guest's form, by link and on the tablet: what is asked, what is checked as one types, the signature.
"use strict";
window.halteGuestForm = (form) => {
  const police = form.querySelector("[data-police]");
  const country = form.elements.country;
  if (police && country) {
    const ask = () => { police.hidden = !country.value || country.value === "FR"; if (!police.hidden) pad && pad.fit(); };
    country.addEventListener("change", ask);
    setTimeout(ask);
  }

  // Checked as typed: said once the field is left, taken back as soon as it is right.
  const sound = {
    email: (text) => /^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$/.test(text),
    tel: (text) => text.replace(/\D/g, "").length >= 8 && /^[+\d][\d\s().\/-]*$/.test(text),
  };
  for (const field of form.querySelectorAll("input[type=email], input[type=tel]")) {
    const check = () => {
      const text = field.value.trim();
      const wrong = text !== "" && !sound[field.type](text);
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
      field.dataset.state = text === "" ? "" : wrong ? "wrong" : "right";
    };
    field.addEventListener("blur", () => { field.dataset.left = "yes"; check(); });
    field.addEventListener("input", () => { if (field.dataset.left || sound[field.type](field.value.trim())) check(); });
  }
  // The keypad has no slash: they come by themselves.
  const birth = form.elements.birth_date;
  if (birth) birth.addEventListener("input", (event) => {
    if (!event.inputType || !event.inputType.startsWith("insert")) return;
    const digits = birth.value.replace(/\D/g, "").slice(0, 8);
    if (/^[\d/]*$/.test(birth.value)) birth.value = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
  });

  const holder = form.querySelector("[data-signature]");
  const pad = holder ? halteSignaturePad(holder) : null;
  if (holder) holder.hidden = false;
  // A child on an adult's form stands under that adult's signature.
  const adult = form.elements.adult_id;
  if (holder && adult) {
    const sign = () => { holder.hidden = adult.value !== ""; if (!holder.hidden) pad.fit(); };
    adult.addEventListener("change", sign);
    sign();
  }
  return { pad };
};

// Strokes are kept as the path of an SVG, in whole points: small, and sharp on paper.
window.halteSignaturePad = (holder) => {
  const canvas = holder.querySelector("canvas"), out = holder.querySelector("[name=signature]");
  const ink = canvas.getContext("2d");
  let path = "", last = null, touched = 0;
  const fit = () => {
    const { width, height } = canvas.getBoundingClientRect();
    if (!width || (path && canvas.width === Math.round(width * devicePixelRatio))) return;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    ink.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    Object.assign(ink, { lineWidth: 2.4, lineCap: "round", lineJoin: "round", strokeStyle: "#1d2329" });
    if (path) ink.stroke(new Path2D(path));
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [Math.max(0, Math.round(event.clientX - box.left)), Math.max(0, Math.round(event.clientY - box.top))];
  };
  canvas.addEventListener("pointerdown", (event) => {
    fit();
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    path += `M${last[0]} ${last[1]}`;
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || path.length > 50000) return;
    const next = at(event);
    if (Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]) < 2) return;
    ink.beginPath(); ink.moveTo(...last); ink.lineTo(...next); ink.stroke();
    last = next; touched += 1;
    path += `L${next[0]} ${next[1]}`;
    // A tap is not a signature.
    if (touched > 4) out.value = path;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  const clear = () => { path = ""; touched = 0; out.value = ""; ink.clearRect(0, 0, canvas.width, canvas.height); };
  holder.querySelector("[data-clear]").addEventListener("click", clear);
  addEventListener("resize", fit);
  fit();
  return { fit, clear };
};
for (const form of document.querySelectorAll("form[data-guest]")) window.halteGuestForm(form);
