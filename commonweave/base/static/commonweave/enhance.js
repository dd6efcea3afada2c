"use strict";

(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  const leave = document.querySelector("[data-leave]");
  if (leave) {
    const go = () => {
      document.documentElement.hidden = true;
      window.location.replace(leave.href);
    };
    let presses = [];
    leave.addEventListener("click", (event) => {
      event.preventDefault();
      go();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      presses = [...presses.filter((time) => event.timeStamp - time < 3000), event.timeStamp];
      if (presses.length >= 3) go();
    });
  }

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  for (const button of all("[data-geolocate]")) {
    const form = button.closest("form");
    if (!navigator.geolocation || !form) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const say = form.querySelector("[data-geolocate-problem]");
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.querySelector("[name=lat]").value = coords.latitude.toFixed(6);
          form.querySelector("[name=lon]").value = coords.longitude.toFixed(6);
          button.disabled = false;
          form.requestSubmit(form.querySelector(button.dataset.geolocate) || undefined);
        },
        () => {
          button.disabled = false;
          if (say) say.hidden = false;
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }

  for (const element of all("[data-confirm]")) {
    const event = element.tagName === "FORM" ? "submit" : "click";
    element.addEventListener(event, (happened) => {
      if (!window.confirm(element.dataset.confirm)) happened.preventDefault();
    });
  }

  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent && !form.hasAttribute("data-repeat")) event.preventDefault();
      else if (!event.defaultPrevented) form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
  });

  // What the browser sends itself it keeps on the disk, to restore its tabs: words, receipt number and all. Not what we send.
  const part = (name) => document.querySelector(`[data-${name}]`);
  const sent = async (form, button, data) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 60000);
    try {
      const action = (button && button.getAttribute("formaction")) || form.action;
      const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
      const answer = await fetch(action, { method: "POST", body, signal: stop.signal });
      if (answer.status >= 500) throw new Error("not taken");
      return await answer.text();
    } finally {
      clearTimeout(timer);
    }
  };
  const shown = (html) => {
    document.open();
    document.write(html);
    document.close();
  };
  for (const form of all("form[data-quiet]")) {
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented || event.submitter === undefined) return;
      event.preventDefault();
      const data = new FormData(form);
      if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
      const [sending, unsent] = [part("sending"), part("unsent")];
      form.append(sending, unsent);
      sending.hidden = false;
      unsent.hidden = true;
      try {
        shown(await sent(form, event.submitter, data));
      } catch (error) {
        delete form.dataset.sent;
        sending.hidden = true;
        unsent.hidden = false;
        form.dispatchEvent(new CustomEvent("unsent", { detail: data }));
      }
    });
  }

  // Asking which databases there are leaves nothing on the phone; opening one would.
  const waits = part("waits");
  if (waits && !part("seal") && window.indexedDB && indexedDB.databases) {
    indexedDB.databases().then((found) => {
      if (!found.some(({ name }) => name === "waiting")) return;
      const script = document.createElement("script");
      script.src = waits.dataset.script;
      document.head.append(script);
    });
  }

  const problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();
})();
