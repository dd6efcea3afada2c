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

  const problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();
})();
