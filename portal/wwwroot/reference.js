// The renderer, which comes next, would try whether text may become code here. It may not, so it need not try.
window.__zod_globalConfig = { jitless: true };

// A page has one main part. Here it is the renderer's, which takes itself for the whole page, so ours steps back and its head is a region of its own.
const stepBack = () => {
  const main = document.getElementById("main"), frame = document.createElement("div"), head = main.querySelector(".heading");
  frame.id = main.id;
  frame.tabIndex = -1;
  frame.append(...main.childNodes);
  main.replaceWith(frame);
  head.setAttribute("role", "region");
  head.setAttribute("aria-label", head.querySelector("h1").textContent);
};

// What the renderer says wrongly to those who hear the page.
const mend = place => {
  const set = (element, name, value) => { if (element.getAttribute(name) !== value) element.setAttribute(name, value); };
  const look = () => {
    for (const main of place.querySelectorAll("main")) set(main, "aria-label", place.dataset.label);
    // Several of them bear one name.
    for (const part of place.querySelectorAll("div[role=region][aria-labelledby]")) set(part, "role", "group");
    for (const box of place.querySelectorAll("[role=combobox]:not([aria-expanded])")) set(box, "aria-expanded", "false");
    // One level below the page's own heading, and no step left out.
    let before = 1;
    for (const heading of place.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      if (!heading.checkVisibility()) continue;
      const level = Math.min(Number(heading.localName[1]) + 1, before + 1, 6);
      set(heading, "role", "heading");
      set(heading, "aria-level", `${level}`);
      before = level;
    }
  };
  new MutationObserver(look).observe(place, { childList: true, subtree: true });
};

// The renderer takes the place of the plain list once it is there.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  if (!place || !window.Scalar) return;
  place.hidden = false;
  document.getElementById("operations").hidden = true;
  document.body.classList.add("with-reference");
  stepBack();
  mend(place);
  window.Scalar.createApiReference(place, {
    url: place.dataset.document,
    withDefaultFonts: false,
    hideClientButton: true,
    documentDownloadType: "none",
    telemetry: false,
    showDeveloperTools: "never",
    hideDarkModeToggle: true,
    forceDarkModeState: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    agent: { disabled: true },
    mcp: { disabled: true },
    onLoaded: () => { place.dataset.ready = ""; },
  });
});
