// Loaded in the head and blocking, so that the first paint already has the chosen theme.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };

  function apply(choice) {
    const theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    root.dataset.themeChoice = choice;
    root.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("theme-change", { detail: theme }));
  }

  window.cpanetTheme = {
    current: () => root.dataset.themeChoice || "auto",
    choose(choice) {
      try { localStorage.setItem("theme", choice); } catch { /* private window: the choice lives as long as the page */ }
      apply(choice);
    },
  };
  const choice = stored();
  apply(choice === "light" || choice === "dark" ? choice : "auto");
  system.addEventListener("change", () => { if (window.cpanetTheme.current() === "auto") apply("auto"); });
})();
