// Makes a passkey, or logs in with one; the form then goes its usual way. Only
// pages that offer passkeys load this.
(() => {
  "use strict";
  const message = (form, text) => {
    const box = form.querySelector("[data-passkey-error]");
    box.hidden = !text;
    box.textContent = text;
  };
  const ask = async (form) => {
    const answer = await fetch(form.dataset.options, { method: "POST" });
    if (!answer.ok) throw new Error(answer.status === 429 ? form.dataset.slow : form.dataset.failed);
    const { publicKey } = await answer.json();
    const make = form.dataset.passkey === "add";
    const credential = make
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return JSON.stringify(credential);
  };
  // Before app.js, which takes a form that is sent for a request under way.
  addEventListener("submit", async (e) => {
    const form = e.target;
    if (!form.dataset.passkey || form.elements.credential.value) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    message(form, "");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return message(form, form.dataset.old);
    try {
      form.elements.credential.value = await ask(form);
      form.requestSubmit(e.submitter);
    } catch (err) {
      const refused = err.name === "NotAllowedError" || err.name === "AbortError";
      message(form, err.name === "InvalidStateError" ? form.dataset.twice : refused || !err.message ? form.dataset.refused : err.name === "Error" ? err.message : form.dataset.failed);
    }
  }, true);
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.credential.value = "";
  });
})();
