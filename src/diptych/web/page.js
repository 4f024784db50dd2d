"use strict";

window.addEventListener("DOMContentLoaded", () => {
  document.getElementById("again").addEventListener("click", () => window.location.reload());
});

window.addEventListener("load", () => {
  document.querySelector(".xterm-helper-textarea")?.focus();
});
