"use strict";

(() => {
  const subtle = window.crypto && window.crypto.subtle;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const attempt = async (wanted, counter) => {
    const nonce = bytes(wanted.nonce);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(wanted.salt), iterations: wanted.cost };
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return hex(await subtle.deriveBits(how, key, wanted.keyLength * 8));
  };
  const solve = async (challenge) => {
    for (let counter = 0; ; counter += 1) {
      const derivedKey = await attempt(challenge.parameters, counter);
      if (derivedKey.startsWith(challenge.parameters.keyPrefix)) {
        return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
      }
    }
  };
  window.commonweave = Object.assign(window.commonweave || {}, { solve });

  const box = document.querySelector("[data-proof]");
  if (!box || !subtle) return; // the question stays
  const form = box.closest("form");
  const field = box.querySelector("[name=work]");
  const says = box.querySelector("[data-proof-says]");
  const question = box.querySelector("[data-proof-question]");
  let waiting = box.hasAttribute("data-proof-sends") ? form.querySelector("button[name=send], button") : null;

  const search = async () => {
    const began = performance.now();
    field.value = await solve(JSON.parse(box.dataset.proof));
    box.dataset.proofTook = Math.round(performance.now() - began);
  };

  question.hidden = true;
  form.addEventListener(
    "submit",
    (event) => {
      const button = event.submitter;
      if (field.value || !says.isConnected || (button && button.name === "back")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = button || form.querySelector("button");
      says.hidden = false;
    },
    { capture: true },
  );
  search().then(
    () => {
      says.hidden = true;
      if (waiting) form.requestSubmit(waiting);
    },
    () => {
      says.remove(); // then the question is for this browser, too
      question.hidden = false;
    },
  );
  if (waiting) says.hidden = false;
})();
