// Four small comforts; every page reads and works without them.
"use strict";

// Light or dark.
const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) {
  themeSwitch.hidden = false;
  themeSwitch.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try {
      localStorage.setItem("newsloom-theme", root.dataset.theme);
    } catch {
      // then it holds for this page
    }
  });
}

// Copy the SQL of a panel.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea"); // a page served over plain http to another machine has no clipboard
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const code = button.closest(".sql-sheet").querySelector("code");
    button.textContent = (await copyText(code.textContent)) ? "Copied" : "Select and copy by hand";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

// Ctrl + Enter sends SQL; "/" goes to the search box; Escape closes an open sheet of SQL.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-submit-keys]")) {
    event.target.form.requestSubmit();
  } else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.getElementById("find");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (event.key === "Escape") {
    const sheet = event.target.closest("details.sql[open]") || document.querySelector("details.sql[open]");
    if (sheet) {
      sheet.open = false;
      sheet.querySelector("summary").focus();
    }
  }
});

// Show a newer copy as soon as there is one: at once where nobody is in the middle of something, else by a button.
const shown = document.querySelector('meta[name="newsloom-version"]').content;
const toast = document.querySelector("[data-toast]");
const POLL_MILLISECONDS = 15000;
function isBusy() {
  const at = document.activeElement;
  return (
    (at && at.matches("input, textarea, select")) ||
    document.querySelector("main details[open]:not(.narrow)") !== null ||
    String(getSelection()) !== ""
  );
}
async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      const { version } = await answer.json();
      if (version && version !== shown) {
        if (!isBusy()) {
          location.reload();
          return;
        }
        toast.hidden = false;
      }
    } catch {
      // the server is away; it may come back
    }
  }
  setTimeout(look, POLL_MILLISECONDS);
}
toast.querySelector("[data-reload]").addEventListener("click", () => location.reload());
document.addEventListener("visibilitychange", () => { if (!document.hidden && !toast.hidden && !isBusy()) location.reload(); });
setTimeout(look, POLL_MILLISECONDS);
