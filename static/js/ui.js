// Theme toggle, copying, toasts, dialogs, menus, the drawer, keyboard shortcuts, what htmx needs around it.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);

  // -- Toasts: in a live region; they stay while hovered or focused, errors stay until dismissed.
  const toasts = $("#toasts");
  const ICONS = { success: "circle-check", error: "alert-circle", warning: "alert-triangle", info: "info-circle" };

  function sprite(name) {
    const base = ($("svg.i use")?.getAttribute("href") || "").split("#")[0];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("width", "18");
    svg.setAttribute("height", "18");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${base}#${name}`);
    svg.append(use);
    return svg;
  }

  function leave(note) {
    note.classList.add("is-leaving");
    setTimeout(() => note.remove(), 220);
  }

  function expire(note) {
    if (note.classList.contains("toast-error")) return;
    const wait = () => setTimeout(() => (note.matches(":hover, :focus-within") ? wait() : leave(note)), 6000);
    wait();
  }

  function toast(text, tone = "info") {
    const note = document.createElement("div");
    note.className = `toast-note toast-${tone}`;
    const mark = document.createElement("span");
    mark.className = "toast-mark";
    mark.append(sprite(ICONS[tone] || ICONS.info));
    const words = document.createElement("p");
    words.className = "toast-text";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "toast-close";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", toasts.dataset.dismissLabel);
    close.append(sprite("x"));
    note.append(mark, words, close);
    toasts.append(note);
    expire(note);
  }
  window.cpanetToast = toast;
  toasts?.querySelectorAll("[data-toast]").forEach(expire);

  on("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    const note = button.closest(".toast-note");
    if (note) leave(note);
    else button.closest("[data-dismissable]")?.remove();
  });

  // -- Theme: as the system → light → dark.
  function nameTheme() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      const words = button.dataset[window.cpanetTheme.current()];
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  }
  on("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const order = ["auto", "light", "dark"];
    window.cpanetTheme.choose(order[(order.indexOf(window.cpanetTheme.current()) + 1) % 3]);
    nameTheme();
  });
  nameTheme();

  // -- Copying. The button says so itself, and the live region tells those who do not see it.
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // plain http on a local network has no clipboard API
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "visually-hidden";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }
  on("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    event.preventDefault();
    const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
    const hadFocus = document.activeElement;
    await copied(source ? source.value ?? source.textContent : button.dataset.copy);
    hadFocus?.focus?.();
    const label = $("span", button);
    const before = label?.textContent;
    if (button.classList.contains("is-copied")) return;
    button.classList.add("is-copied");
    if (label) label.textContent = button.dataset.copied || before;
    else toast(button.dataset.copied || "✓", "success");
    setTimeout(() => {
      button.classList.remove("is-copied");
      if (label) label.textContent = before;
    }, 1800);
  });

  // -- Dialogs, and the question before a form is sent.
  const confirmBox = $("#confirm");
  let waiting = null;

  on("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      opener.closest("details")?.removeAttribute("open");
      open(document.getElementById(opener.dataset.dialog));
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) closer.closest("dialog")?.close();
    if (event.target.matches?.("dialog[open]")) { // a click on the backdrop
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.detail) event.target.close();
    }
  });

  // What is to be filled in comes first, not the button that closes.
  function open(box) {
    box?.showModal();
    const first = "[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea, button)";
    box?.querySelector(first)?.focus();
  }

  function ask(element, go) {
    const yes = $("[data-confirm-yes]", confirmBox);
    $("#confirm-text").textContent = element.dataset.confirm;
    yes.dataset.plain ??= yes.textContent;
    yes.textContent = element.dataset.confirmAction || yes.dataset.plain;
    yes.className = "confirmDanger" in element.dataset ? "btn btn-danger" : "btn btn-primary";
    waiting = go;
    confirmBox.showModal();
    yes.focus();
  }
  confirmBox?.addEventListener("close", () => { waiting = null; });
  on("click", (event) => {
    if (!event.target.closest("[data-confirm-yes]")) return;
    const go = waiting;
    confirmBox.close();
    go?.();
  });
  on("submit", (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
    if (!asking || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asking, () => {
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    });
  }, true);
  document.querySelectorAll("dialog[data-open]").forEach(open);

  // -- Menus: close on a click elsewhere and on Escape; arrows walk the lines.
  const openMenus = () => document.querySelectorAll("details[data-menu][open], .filters-more[open]");
  on("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
  // A table that scrolls would cut its menus off: there the panel is placed on the screen itself.
  on("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-menu][open]") || !menu.closest(".table-scroll")) return;
    const panel = $(".menu-panel", menu);
    const button = menu.getBoundingClientRect();
    panel.style.position = "fixed";
    panel.style.right = "auto";
    panel.style.left = `${Math.max(8, button.right - panel.offsetWidth)}px`;
    panel.style.top = `${Math.min(button.bottom + 6, innerHeight - panel.offsetHeight - 8)}px`;
    addEventListener("scroll", () => menu.removeAttribute("open"), { once: true, capture: true });
  }, true);
  on("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (event.key === "Escape") {
      for (const open of openMenus()) {
        open.removeAttribute("open");
        if (open.contains(document.activeElement)) $("summary", open).focus();
      }
      closeDrawer();
    }
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const lines = [...menu.querySelectorAll(".menu-line")];
      const next = lines.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      lines[(next + lines.length) % lines.length]?.focus();
      event.preventDefault();
    }
  });

  // -- Groups of the sidebar: what a person opens and closes stands in a cookie, so that the server draws them so.
  on("click", (event) => {
    const group = event.target.closest("[data-side-group] > summary")?.parentElement;
    if (!group) return;
    const kept = document.cookie.split("; ").find((each) => each.startsWith("nav="))?.slice(4) || "";
    const wishes = new Map(kept.split("_").filter(Boolean).map((wish) => wish.split(".")));
    wishes.set(group.dataset.sideGroup, group.open ? "0" : "1"); // it is about to turn round
    const value = [...wishes].map((wish) => wish.join(".")).join("_");
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `nav=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
  });

  const showPlace = () => $(".side-link[aria-current]")?.scrollIntoView({ block: "nearest" });
  showPlace();

  // -- The drawer of the phone.
  const opener = $("[data-drawer-open]");
  function closeDrawer() {
    if (!document.body.classList.contains("drawer-open")) return;
    document.body.classList.remove("drawer-open");
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }
  opener?.addEventListener("click", () => {
    document.body.classList.add("drawer-open");
    showPlace();
    opener.setAttribute("aria-expanded", "true");
    $("[data-drawer-close]", $("#side")).focus();
  });
  on("click", (event) => { if (event.target.closest("[data-drawer-close]")) closeDrawer(); });

  // -- Keyboard: Ctrl-K and / search, ? help; J K walk the rows, and a row's own keys press its buttons.
  const typing = (element) => element.closest?.("input, textarea, select, [contenteditable], .ts-wrapper");
  const rows = () => [...document.querySelectorAll("[data-keys-row]")];

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.classList.contains("is-current"));
    const next = all[Math.max(0, Math.min(all.length - 1, now + step))];
    all[now]?.classList.remove("is-current");
    next.classList.add("is-current");
    next.setAttribute("tabindex", "-1");
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  on("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = $("[data-search]") || $("#main input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "?") document.getElementById("shortcuts")?.showModal();
    else if (key === "/") { const field = $("#main input[type=search]") || $("[data-search]"); if (field) { event.preventDefault(); field.focus(); } }
    else if (key === "j") walk(1);
    else if (key === "k") walk(-1);
    else if (key.length === 1 && /[a-z]/.test(key)) {
      const row = $("[data-keys-row].is-current");
      const target = row && $(`[data-key="${key}"]`, row);
      if (target) { event.preventDefault(); target.click(); }
    }
  });

  // -- htmx: failures speak; toasts may come in an HX-Trigger header as {"toast": {"text": …, "tone": …}}.
  on("toast", (event) => toast(event.detail.text || event.detail.value || "", event.detail.tone || "info"));
  on("htmx:error", () => toast(toasts.dataset.networkError, "error"));
  on("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status || 0;
    if (status >= 500) toast(toasts.dataset.serverError, "error");
  });
  on("htmx:before:swap", (event) => {
    const status = event.detail?.ctx?.response?.status || 0;
    if (status >= 500) event.preventDefault();
  });
  $("[data-autofocus]")?.focus();
})();
