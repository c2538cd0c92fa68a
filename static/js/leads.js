// The lead queue: decisions without a reload, so that the row under the keyboard stays where it is.
(() => {
  const list = () => document.getElementById("lead-list");
  const rows = () => [...document.querySelectorAll("[data-keys-row]")];
  const dialog = document.getElementById("decline");
  const declineForm = document.getElementById("decline-form");
  if (!list()) return;

  // "Decline" opens the dialog for its row; without scripts it is a link to the lead's page.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-decline]");
    if (!opener) return;
    event.preventDefault();
    declineForm.action = opener.dataset.decline;
    declineForm.reset();
    dialog.showModal();
    declineForm.querySelector("select").focus();
  });

  function takeOver(html, index) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("lead-list");
    for (const note of page.querySelectorAll("#toasts [data-toast]")) {
      const tone = [...note.classList].find((name) => name.startsWith("toast-") && name !== "toast-note");
      window.cpanetToast(note.querySelector(".toast-text")?.textContent || "", (tone || "toast-info").slice(6));
    }
    if (!fresh) return false;
    list().replaceWith(fresh);
    for (const counted of ["nav.tabs", "nav.side-nav"]) { // their numbers have changed too
      const now = page.querySelector(counted);
      if (now) document.querySelector(counted)?.replaceWith(now);
    }
    const next = rows()[Math.min(index, rows().length - 1)];
    if (next && index >= 0) {
      next.classList.add("is-current");
      next.setAttribute("tabindex", "-1");
      next.focus({ preventScroll: true });
    }
    return true;
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-lead-form]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const index = rows().findIndex((row) => row.classList.contains("is-current"));
    dialog.close();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!takeOver(await answer.text(), index)) location.assign(form.action.replace(/decide\/$/, ""));
    } catch {
      form.submit();
    }
  });
})();
