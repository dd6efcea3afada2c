"use strict";

// Sends files in parts, so that a lost connection costs one part; without this script the form sends them whole.
(() => {
  const box = document.querySelector("[data-upload]");
  const form = document.getElementById("visit");
  if (!box || !form || !window.crypto || !crypto.subtle || !window.fetch) return;
  const said = box.dataset;
  const list = box.querySelector("[data-list]");
  const button = box.querySelector("[data-send]");
  const chosen = box.querySelector("input[type=file]");
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const hash = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

  const line = (name) => {
    const item = document.createElement("li");
    const words = document.createElement("p");
    const what = document.createElement("bdi");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    what.textContent = name;
    bar.setAttribute("aria-label", name);
    words.append(what, ": ", state);
    item.append(words, bar);
    list.append(item);
    list.hidden = false;
    return {
      say: (text) => { state.textContent = text; },
      far: (at, all) => { bar.max = all; bar.value = at; },
      end: (text) => { state.textContent = text; bar.remove(); },
    };
  };

  const post = async (fields) => {
    const body = new FormData();
    body.append("visit", form.elements.visit.value);
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const answer = await fetch(said.upload, { method: "POST", body, cache: "no-store", credentials: "omit" });
    if (answer.status >= 500) throw new Error("again");
    return answer.ok ? answer.json() : { refused: said.saidFailed };
  };

  // Asks until there is an answer: somebody may be in a tunnel.
  const ask = async (fields, show) => {
    for (let pause = 1; ; pause = Math.min(pause * 2, 30)) {
      try {
        const answer = await post(fields);
        if (!answer.busy) return answer;
        show.say(answer.busy);
      } catch {
        show.say(said.saidWaiting);
      }
      await wait(pause);
    }
  };

  const send = async (file, original) => {
    const show = line(file.name);
    if (file.size > Number(said.most)) return show.end(said.saidLarge);
    show.say(said.saidReading);
    const bytes = await file.arrayBuffer();
    const facts = { sha256: await hash(bytes), size: bytes.byteLength };
    const length = Number(said.part);
    const parts = Math.ceil(bytes.byteLength / length);
    let answer = await ask(facts, show);
    for (let turns = 0; turns < 3; turns += 1) {
      while (!answer.refused && answer.at < parts) {
        const at = answer.at;
        const piece = bytes.slice(at * length, (at + 1) * length);
        show.say(said.saidSending);
        show.far(at * length, bytes.byteLength);
        answer = await ask({ ...facts, at, part: new Blob([piece]), part_sha256: await hash(piece) }, show);
      }
      if (answer.refused) return show.end(answer.refused);
      show.say(said.saidCleaning);
      show.far(bytes.byteLength, bytes.byteLength);
      answer = await ask({ ...facts, finish: 1, name: file.name, ...(original ? { original: 1 } : {}) }, show);
      if (answer.refused) return show.end(answer.refused);
      if (answer.done === facts.sha256) return show.end(`✓ ${said.saidChecked} ${answer.said}`);
    }
    return show.end(said.saidFailed);
  };

  button.addEventListener("click", async (event) => {
    if (!chosen.files.length) return;
    event.preventDefault();
    button.disabled = true;
    const original = box.querySelector("[name=original]").checked;
    for (const file of Array.from(chosen.files)) {
      await send(file, original).catch(() => line(file.name).end(said.saidFailed));
    }
    chosen.value = "";
    button.disabled = false;
  });
})();
