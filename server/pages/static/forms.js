// Small comforts; every form works without them.
"use strict";
(() => {
  // A second press of a button that is already sending does nothing. The server takes it once anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (button) button.setAttribute("aria-disabled", "true");
    // Where the network is slow or the answer never comes, the button must come back.
    setTimeout(() => { delete form.dataset.sending; if (button) button.removeAttribute("aria-disabled"); }, 8000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  // The departure begins the day after the arrival.
  const arrival = document.querySelector("input[name=arrival][type=date]");
  const departure = document.querySelector("input[name=departure][type=date]");
  if (arrival && departure) {
    arrival.addEventListener("change", () => {
      if (!arrival.valueAsDate) return;
      const next = new Date(arrival.valueAsDate.getTime() + 86400000).toISOString().slice(0, 10);
      departure.min = next;
      if (departure.value && departure.value < next) departure.value = next;
    });
  }
  // What was refused is read out and seen first.
  const alert = document.getElementById("problems");
  if (alert) alert.focus();
})();
