/* The search of the theme reads a hyphen before a word as "without this word", so that nothing was found for --once.
   Here it gets the words without these hyphens. */
{
  const query = document.querySelector("[data-md-component=search-query]");
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  if (query) {
    Object.defineProperty(query, "value", { get: () => get.call(query).replace(/(^|\s)-+/g, "$1"), set });
  }
}
