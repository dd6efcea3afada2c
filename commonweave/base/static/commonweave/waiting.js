"use strict";

// A finished report that cannot be sent waits on the phone, sealed to the node (docs/envelopes.md, ADR 31). The key it is
// sealed with is thrown away at once: nothing on this phone opens it. Kept is the sealed text alone.

(() => {
  const VERSION = 1;
  const STEP = 4096;
  const LARGEST = 120000;
  const DIGITS = 28n;
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const { subtle } = window.crypto;
  if (!subtle || !window.indexedDB) return; // not a secure address, or a very old browser
  const utf8 = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => new Uint8Array(parts.flatMap((part) => Array.from(new Uint8Array(part))));
  const bytes = (base64) => Uint8Array.from(atob(base64.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

  const seal = async (text, to, draw = () => subtle.generateKey(CURVE, false, ["deriveBits"])) => {
    const [number, point] = to.split(".");
    const node = bytes(point);
    const pair = await draw();
    const mine = await subtle.exportKey("raw", pair.publicKey);
    const theirs = await subtle.importKey("raw", node, CURVE, false, []);
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256);
    const stretch = await subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: joined(mine, node), info: utf8("commonweave waiting 1") };
    const derived = await subtle.deriveBits(how, stretch, 352);
    const key = await subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt"]);
    const id = new Uint8Array(4);
    new DataView(id.buffer).setUint32(0, Number(number));
    const head = joined([VERSION], id, mine);
    const plain = utf8(text);
    const padded = new Uint8Array(Math.ceil(plain.length / STEP) * STEP).fill(32);
    padded.set(plain);
    const body = await subtle.encrypt({ name: "AES-GCM", iv: derived.slice(32), additionalData: head }, key, padded);
    return joined(head, body);
  };

  const drawn = () => {
    const random = crypto.getRandomValues(new Uint8Array(32)).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return String(random % 10n ** DIGITS).padStart(Number(DIGITS), "0");
  };
  const groups = (digits) => (digits + String(98n - ((BigInt(digits) * 100n) % 97n)).padStart(2, "0")).match(/.{5}/g);

  const opened = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("waiting", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("sealed", { autoIncrement: true });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const kept = async (mode, deed) => {
    const store = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const work = store.transaction("sealed", mode, { durability: "strict" });
        const asked = deed(work.objectStore("sealed"));
        work.oncomplete = () => resolve(asked.result);
        work.onabort = () => reject(work.error);
      });
    } finally {
      store.close();
    }
  };
  const all = () => kept("readonly", (store) => store.getAllKeys());
  const forgotten = () =>
    new Promise((resolve) => {
      const asked = indexedDB.deleteDatabase("waiting");
      asked.onsuccess = asked.onerror = asked.onblocked = resolve;
    });

  const part = (name, within = document) => within.querySelector(`[data-${name}]`);
  const hide = (found, hidden = true) => found.forEach((each) => (each.hidden = hidden));
  const panel = part("waits");
  let busy = false;

  const tell = (html) => {
    const holder = document.createElement("div");
    holder.dataset.told = "";
    holder.innerHTML = html;
    panel.before(holder);
  };
  const nothingLeft = async () => {
    await forgotten();
    hide(document.querySelectorAll("[data-waits] > .notice, [data-while-waiting]"));
    hide(document.querySelectorAll("[data-nothing]"), false);
  };
  const loaded = (address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  const posted = async (sealed, work = "") => {
    const base64 = btoa(Array.from(sealed, (byte) => String.fromCharCode(byte)).join(""));
    const answer = await fetch(panel.dataset.waits, { method: "POST", body: new URLSearchParams({ sealed: base64, work }) });
    if (answer.status !== 428 || work) return answer; // 428: so much is sent at the moment that it costs some arithmetic
    if (!window.commonweave.solve) await loaded(panel.dataset.work);
    return posted(sealed, await window.commonweave.solve(await answer.json()));
  };
  // Sent only while somebody looks: over no network and at no moment that nobody chose.
  const send = async () => {
    if (busy || document.visibilityState === "hidden") return;
    busy = true;
    const old = document.querySelectorAll("[data-told]");
    let left = 0;
    try {
      for (const key of await all()) {
        const body = await kept("readonly", (store) => store.get(key));
        if (!body) continue; // another tab sent it
        left += 1;
        const answer = await posted(body);
        if (![200, 409, 410].includes(answer.status)) throw new Error("not taken");
        old.forEach((each) => each.remove());
        tell(await answer.text());
        if (answer.status !== 200) continue;
        await kept("readwrite", (store) => store.delete(key));
        left -= 1;
      }
      if (left === 0) await nothingLeft();
    } catch (error) {
      part("still", panel).hidden = false;
    }
    busy = false;
  };
  const watch = () => {
    panel.hidden = false;
    hide(document.querySelectorAll("[data-nothing]"));
    part("send", panel).addEventListener("click", send);
    part("delete", panel).addEventListener("click", async (event) => {
      if (!window.confirm(event.target.dataset.delete)) return;
      await nothingLeft();
      part("deleted", panel).hidden = false;
      hide(document.querySelectorAll("[data-number]"));
    });
    window.addEventListener("online", send);
    document.addEventListener("visibilitychange", send);
    setInterval(send, 60000);
  };

  const complaint = (form, offer, data) => {
    const chosen = data.getAll("who");
    const climb = form.elements.climb;
    const direct = offer.dataset.offer.split(" ");
    if (chosen.length === 0) return "choose";
    return climb && !climb.checked && !chosen.some((kind) => direct.includes(kind)) ? "climb" : "";
  };
  const wait = async (form, offer) => {
    const data = new FormData(form);
    hide(offer.querySelectorAll("[role=alert]"));
    let wrong = complaint(form, offer, data);
    if (wrong === "") {
      try {
        const content = { v: VERSION, language: document.documentElement.lang, form: [...data.entries()].filter(([, value]) => typeof value === "string") };
        const sealed = await seal(JSON.stringify(content), form.dataset.seal);
        if (sealed.length > LARGEST) throw new Error("too long");
        await kept("readwrite", (store) => store.add(sealed));
        return show(form, data.get("number"));
      } catch (error) {
        wrong = "cannot";
      }
    }
    part(wrong, offer).hidden = false;
    return undefined;
  };
  const show = (form, number) => {
    const page = document.importNode(part("kept").content, true).firstElementChild;
    const written = groups(number).map((group) => group.replace(/\d/g, (digit) => form.dataset.digits[digit]));
    page.querySelectorAll(".digits li").forEach((item, at) => (item.textContent = written[at]));
    const print = part("print", page);
    print.hidden = false;
    print.addEventListener("click", () => window.print());
    window.addEventListener("pagehide", () => hide(page.querySelectorAll("[data-number]")));
    const around = form.parentElement;
    for (const each of [...around.children]) if (!each.matches(".emergency, [data-waits]")) each.remove();
    around.prepend(page);
    page.append(panel);
    watch();
    page.focus();
    window.scrollTo(0, 0);
  };

  const form = part("seal");
  if (form) {
    let number = drawn();
    const again = () => (number = drawn()); // other words have another receipt
    form.addEventListener("input", again);
    form.addEventListener("change", again);
    form.addEventListener("formdata", (event) => event.formData.set("number", number));
    form.addEventListener("unsent", (event) => {
      if (!event.detail.has("send") || part("offer", form)) return;
      const offer = document.importNode(document.querySelector("template[data-offer]").content, true).firstElementChild;
      form.append(offer);
      part("wait", offer).addEventListener("click", () => wait(form, offer));
    });
  } else {
    watch();
    send();
  }
  window.commonweave = Object.assign(window.commonweave || {}, { seal });
})();
