/* Names the dialog of the search for screen readers, which the theme leaves without a name. */
document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search");
