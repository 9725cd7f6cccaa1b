// Runs before the first paint, so that a reader's choice of theme does not flash.
"use strict";
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("newsloom-theme");
  } catch {
    // storage may be forbidden: the system's theme it is
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
