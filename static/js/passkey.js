/* Buttons that need a browser with passkeys show only there; a passkey that was not used is said in words. */
(() => {
  "use strict";
  if (window.PublicKeyCredential) for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const button of document.querySelectorAll("[data-ceremony]")) {
    allauth.webauthn.forms[button.dataset.ceremony]({ ids: JSON.parse(button.dataset.ids) });
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const words = document.querySelector("[data-passkey-problem]");
    if (!words) return;
    words.hidden = false;
    words.focus();
  });
})();
