"use strict";
window.addEventListener("load", () => {
  SwaggerUIBundle({ url: "/schema/openapi.json", dom_id: "#reference", deepLinking: true, tryItOutEnabled: false });
});
