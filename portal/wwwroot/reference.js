// The renderer takes the place of the plain list once it is there.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  if (!place || !window.Scalar) return;
  place.hidden = false;
  document.getElementById("operations").hidden = true;
  document.body.classList.add("with-reference");
  window.Scalar.createApiReference(place, {
    url: place.dataset.document,
    withDefaultFonts: false,
    hideClientButton: true,
    telemetry: false,
    showDeveloperTools: "never",
    hideDarkModeToggle: true,
    forceDarkModeState: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    agent: { disabled: true },
    mcp: { disabled: true },
  });
});
