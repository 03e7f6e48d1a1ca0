"use strict";
// Beside textual-serve's script, which draws the terminal and marks the body: the keyboard goes to the terminal, and a line
// that was cut is mended.
(() => {
  const EVERY_MS = 2000;
  const body = document.body;
  const show = (id) => {
    for (const line of document.querySelectorAll("#mending p")) line.hidden = line.id !== id;
    document.getElementById("mending").hidden = false;
  };
  const pause = () => new Promise((over) => setTimeout(over, EVERY_MS));

  async function mend() {
    for (;;) {
      let status = 0;
      try {
        status = (await fetch(body.dataset.here, { cache: "no-store", redirect: "error" })).status;
      } catch {
        // Nobody answers: asked again.
      }
      if (status === 409) return show("elsewhere");
      // Either the window opens again, or the log-in page says why not.
      if (status === 204 || status === 401) return location.replace("/");
      show(status === 503 ? "full" : "line_lost");
      await pause();
    }
  }

  // The terminal takes what looks like an address for a link; broken at the end of a line, it leads nowhere. The app opens them.
  const open = window.open;
  window.open = (address, ...rest) => (address === undefined ? null : open.call(window, address, ...rest));

  const watching = new MutationObserver(() => {
    if (body.classList.contains("-first-byte")) type();
    if (body.classList.contains("-closed")) {
      watching.disconnect();
      mend();
    }
  });
  const type = () => document.querySelector(".xterm-helper-textarea")?.focus();
  watching.observe(body, { attributes: true, attributeFilter: ["class"] });
  window.addEventListener("focus", type);
})();
