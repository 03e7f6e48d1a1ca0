// Put the contact form on a page: <script src="https://…/c/CENTRE/embed.js" async></script>
"use strict";
(() => {
  const script = document.currentScript;
  const form = new URL(script.src.replace(/embed\.js(\?.*)?$/, "embed"));
  form.searchParams.set("origin", location.origin);
  const language = script.dataset.lang || document.documentElement.lang.slice(0, 2);
  if (language) form.searchParams.set("lang", language);
  const frame = document.createElement("iframe");
  frame.src = form.href;
  frame.title = script.dataset.title || "Formulaire de demande";
  frame.loading = "lazy";
  Object.assign(frame.style, { border: "0", width: "100%", height: "62rem", display: "block" });
  addEventListener("message", (event) => {
    if (event.origin !== form.origin || event.source !== frame.contentWindow) return;
    const said = event.data;
    if (said && said.halte === "height" && said.height > 0 && said.height < 20000) frame.style.height = said.height + "px";
  });
  // Where the script stands; at the page's end for a script that stands in its head.
  if (document.body && document.body.contains(script)) script.insertAdjacentElement("afterend", frame);
  else addEventListener("DOMContentLoaded", () => document.body.append(frame));
})();
