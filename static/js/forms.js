// File drops, enhanced selects, busy buttons, filters that apply themselves, select-all boxes.
(() => {
  const body = document.body;
  let library = null;

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function enhance(root) {
    const selects = root.querySelectorAll("select[data-enhance]:not(.tomselected)");
    if (!selects.length) return;
    library ??= load(body.dataset.tomSelect);
    await library;
    for (const select of selects) {
      if (select.tomselect) continue;
      const many = select.multiple;
      select.classList.remove("form-select"); // else its wrapper gets our look twice
      new window.TomSelect(select, {
        plugins: many ? ["remove_button"] : [],
        maxOptions: null,
        allowEmptyOption: !many,
        placeholder: select.dataset.placeholder || body.dataset.choose,
        hidePlaceholder: true,
      });
      select.setAttribute("aria-hidden", "true"); // its label now names the visible control
    }
  }

  // A file field shows what was chosen; too large or of a wrong kind is said by the server, in words.
  function showFiles(input) {
    const names = [...input.files].map((file) => `${file.name} · ${(file.size / 1024).toLocaleString(undefined, { maximumFractionDigits: 0 })} KB`);
    const place = input.closest("[data-drop]")?.querySelector("[data-drop-name]");
    if (place) place.textContent = names.join(", ");
  }
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches?.("[data-drop] input[type=file]")) showFiles(input);
    if (input.matches?.("[data-autosubmit]")) input.form.requestSubmit();
    if (input.matches?.("[data-select-all]")) {
      for (const box of document.querySelectorAll(`input[name="${input.dataset.selectAll}"]`)) box.checked = input.checked;
    }
    if (input.matches?.("[data-select-all], [data-bulk] input[type=checkbox], input[data-bulk-box]")) countChosen();
  });
  for (const [type, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(type, (event) => event.target.closest?.("[data-drop]")?.classList.toggle("is-over", over));
  }

  // Bulk bars appear when something is chosen: <div data-bulk-bar hidden><span data-bulk-count>.
  function countChosen() {
    const chosen = document.querySelectorAll("input[data-bulk-box]:checked").length;
    for (const bar of document.querySelectorAll("[data-bulk-bar]")) {
      bar.hidden = !chosen;
      const place = bar.querySelector("[data-bulk-count]");
      if (place) place.textContent = chosen;
    }
  }

  // One press, one request: the pressed button is busy until the page answers (or comes back from the cache).
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.matches(".btn") || event.target.method === "get" || event.target.hasAttribute("data-download")) return;
    if (event.target.hasAttribute("hx-post")) return;
    setTimeout(() => button.classList.add("is-busy"), 0);
    setTimeout(() => button.classList.remove("is-busy"), 8000); // the answer may be a file, and the page stays
  });
  window.addEventListener("pageshow", () => document.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy")));

  // An empty filter needs no place in the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".filters")) return;
    for (const input of event.target.elements) if (input.name && !input.value && !input.disabled) input.disabled = true;
    setTimeout(() => { for (const input of event.target.elements) input.disabled = false; }, 0);
  });

  if (matchMedia("(max-width: 575.98px)").matches) {
    document.querySelectorAll("details[data-fold-on-phone]").forEach((fold) => fold.removeAttribute("open"));
  }
  enhance(document);
  document.addEventListener("htmx:after:swap", () => enhance(document));
})();
