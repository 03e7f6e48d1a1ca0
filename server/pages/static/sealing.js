// Seals an answer for the server alone: the key that could open it here is never kept.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (raw) => btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_");
  const utf8 = (words) => new TextEncoder().encode(words);
  const CURVE = { name: "ECDH", namedCurve: "P-256" };

  // Null where the browser has no cryptography, as on a plain address: then nothing is kept.
  window.halteSeal = !(window.crypto && crypto.subtle) ? null : async (answer, key, path) => {
    const { subtle } = crypto;
    const server = await subtle.importKey("raw", bytes(key), CURVE, false, []);
    const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const shared = await subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
    const material = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const derived = await subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("halte tablet: an answer") },
      material, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
    );
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(path) }, derived, utf8(answer));
    const point = await subtle.exportKey("raw", own.publicKey);
    return text([...new Uint8Array(point), ...iv, ...new Uint8Array(sealed)]);
  };
})();
