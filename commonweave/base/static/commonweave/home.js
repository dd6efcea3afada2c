"use strict";

(() => {
  const part = (name) => document.querySelector(`[data-${name}]`);
  const keep = part("keep");
  const scope = keep.dataset.scope;
  const workers = navigator.serviceWorker;
  const registered = () => workers.getRegistration(scope);
  const state = async () => {
    const kept = Boolean(await registered());
    keep.hidden = kept;
    part("remove").hidden = !kept;
    part("is-kept").hidden = !kept;
  };
  const tried = (deed) => async (event) => {
    event.target.disabled = true;
    try {
      await deed();
    } catch (error) {
      part("cannot-keep").hidden = false;
    }
    event.target.disabled = false;
    await state();
  };

  if (workers) {
    state();
    keep.addEventListener(
      "click",
      tried(() => workers.register(`/worker.js?page=${encodeURIComponent(keep.dataset.keep)}`, { scope })),
    );
    part("remove").addEventListener(
      "click",
      tried(async () => {
        await (await registered()).unregister();
        for (const name of await caches.keys()) await caches.delete(name);
      }),
    );
  }

  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // never by itself
    const add = part("add");
    add.hidden = false;
    add.addEventListener("click", () => event.prompt(), { once: true });
  });
})();
