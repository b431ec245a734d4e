// Small improvements; every page works without them.
(() => {
  "use strict";

  const { nonce, dataset: { navigation } } = document.currentScript;

  // Where one is in the world and what one's clock says.
  const localise = root => {
    const written = new Intl.DateTimeFormat(navigator.languages.find(language => language.startsWith(document.documentElement.lang)) ?? document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const time of root.querySelectorAll("time[data-local]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.title = time.textContent;
      time.textContent = written.format(at);
      delete time.dataset.local;
    }
  };

  const showCopyButtons = root => {
    for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;
  };

  document.addEventListener("click", async event => {
    const button = event.target.closest("button[data-copy]");
    if (button) {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        // Not allowed here: it is marked, to be copied by hand.
        getSelection().selectAllChildren(source);
        return;
      }
      const label = button.querySelector("span"), before = label.textContent;
      document.getElementById("announce").textContent = button.dataset.copied;
      if (before !== button.dataset.copied) {
        label.textContent = button.dataset.copied;
        setTimeout(() => { label.textContent = before; }, 2000);
      }
    }
    for (const menu of document.querySelectorAll("details.account[open]")) if (!menu.contains(event.target)) menu.open = false;
    // Who has typed something signs in beside it.
    const again = event.target.closest(".session-over a");
    if (again && isTyped(document.getElementById("main"))) again.target = "_blank";
  });

  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.account[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form that was sent is not sent again by a second click; the key in it makes a second sending harmless anyway.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "true";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    // Who stops the browser and corrects something sends again.
    setTimeout(sendable, 10000);
  });
  const sendable = () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  };
  // Where a search is part of a form, Enter presses the button of the search; in any other field the form is meant.
  document.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=search])") || !event.target.form?.querySelector("[role=search]")) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]:not([name])"));
  });

  // Whoever types the name of something new has chosen it.
  document.addEventListener("input", event => {
    const radio = event.target.matches("input[type=text]") && event.target.value && event.target.closest("fieldset")?.querySelector("input[type=radio][data-typed]");
    if (radio) radio.checked = true;
  });

  addEventListener("pageshow", event => {
    sendable();
    // The browser had kept the page as it was left: without what is shown once, so it is asked for anew.
    if (event.persisted && document.querySelector("pre.secret")) location.reload();
  });
  addEventListener("pagehide", () => {
    for (const secret of document.querySelectorAll("pre.secret")) secret.textContent = "";
  });

  // What moves by itself is looked at again: soon, then with growing pauses; not while nobody looks, nor while somebody is at it.
  let pause, timer;
  const follow = () => {
    clearTimeout(timer);
    if (!document.hidden && document.querySelector("[data-live=moves]")) timer = setTimeout(look, pause);
  };
  const isTyped = (part, orElse = () => false) => [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(field => field.value !== field.defaultValue || orElse(field));
  // Hidden fields of forms are others in every answer.
  const plain = part => part.innerHTML.replace(/<input type="hidden"[^>]*>/g, "");
  // What a listener is told: how things stand, each by its name, or else what happened.
  const states = part => [...part.querySelectorAll(".badge")].map(badge =>
    `${(badge.closest(".row, .card")?.querySelector(".row-title, h2, h3") ?? document.querySelector("h1")).textContent.trim()}: ${badge.textContent}`);
  const steps = part => [...part.querySelectorAll(".timeline .what, .empty h2")].map(step => step.firstChild.textContent.trim());
  const news = (now, before) => {
    const had = [...before];
    // The same may have happened twice.
    return now.filter(words => !had.includes(words) || !had.splice(had.indexOf(words), 1));
  };
  const look = async () => {
    pause = Math.min(pause * 1.5, 15000);
    const address = location.href;
    try {
      const answer = await fetch(address, { headers: { accept: "text/html", "x-looks-again": "1" }, cache: "no-store" });
      if (answer.status === 401 && address === location.href) {
        // The session is over: looking on would not help. What is on the page stays.
        for (const part of document.querySelectorAll("[data-live]")) part.dataset.live = "over";
        document.getElementById("main").insertAdjacentHTML("afterbegin", await answer.text());
        document.getElementById("announce").textContent = document.querySelector(".session-over").textContent;
      } else if ((answer.status === 403 || answer.status === 404) && address === location.href && !isTyped(document.getElementById("main"))) {
        // No longer there, or no longer for who looks: the page itself says so.
        location.reload();
        return;
      } else if (answer.ok && !answer.redirected && address === location.href) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const said = [], told = [];
        for (const part of document.querySelectorAll("[data-live]")) {
          const now = fresh.getElementById(part.id);
          // What somebody is typing stays, and so does a refusal with what he had typed.
          if (!now || part.querySelector("[role=alert], [aria-invalid=true]") || isTyped(part, field => field === document.activeElement)) continue;
          localise(now);
          showCopyButtons(now);
          if (plain(now) === plain(part)) continue;
          said.push(...news(states(now), states(part)));
          told.push(...news(steps(now), steps(part)));
          const held = part.contains(document.activeElement) ? document.activeElement : null;
          part.innerHTML = now.innerHTML;
          part.dataset.live = now.dataset.live;
          // The same thing keeps the focus, where it is still there.
          if (held) ([...part.querySelectorAll(held.localName)].find(one => one.textContent === held.textContent && one.getAttribute("href") === held.getAttribute("href")) ?? document.getElementById("main")).focus({ preventScroll: true });
          pause = 1000;
        }
        // Nobody listens to a long list: the rest is on the page.
        const words = (said.length ? said : told).slice(0, 3);
        if (words.length) document.getElementById("announce").textContent = words.join(". ");
      }
    } catch {
      // Away for a moment; the next look tells.
    }
    follow();
  };
  document.addEventListener("visibilitychange", () => { pause = 500; follow(); });

  const arrive = () => {
    localise(document);
    showCopyButtons(document);
    pause = 700;
    follow();
  };
  document.addEventListener("DOMContentLoaded", () => {
    arrive();
    // What is shown once came as the answer to a form. Going back to it leads to the page, which says so, instead of asking to send the form again.
    if (document.querySelector("pre.secret")) history.replaceState(history.state, "", location.href);
    const done = document.querySelector("[data-done]");
    if (done) document.getElementById("announce").textContent = done.textContent;
    // An answer to a form begins with what is wrong, or with the new state; a page that was followed to, with its content.
    const wrong = document.querySelector("main [aria-invalid=true]") ?? document.querySelector("main [role=alert]");
    if (wrong) {
      if (!wrong.matches("input, textarea")) wrong.tabIndex = -1;
      wrong.focus();
    } else if (document.referrer.startsWith(location.origin) && document.activeElement === document.body && !location.hash) {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    // Following links without a whole new page comes after what is to be read: it is half of the first page's weight.
    // The reference's renderer runs only in a page that was loaded whole, and under a policy of its own: links from there load whole pages, too.
    if (document.getElementById("reference")) return;
    requestAnimationFrame(() => setTimeout(() => {
      const script = Object.assign(document.createElement("script"), { src: navigation, nonce });
      // After an enhanced navigation the reader is told of the new page, as after a full one.
      script.onload = () => window.Blazor.addEventListener("enhancedload", () => {
        arrive();
        const main = document.getElementById("main");
        if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
      });
      document.head.append(script);
    }));
  });
})();
