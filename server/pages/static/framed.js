// Inside a frame on the centre's own site: tell that site, and no other, how tall the page is.
"use strict";
(() => {
  const parentOrigin = document.body.dataset.parent;
  if (!parentOrigin || window.parent === window) return;
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ halte: "height", height }, parentOrigin);
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
})();
