/**
 * An element that the page always has.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/**
 * A new element. Whatever comes from a preview enters the page here, as text.
 *
 * @param {string} name
 * @param {{ class?: string, text?: string }} [options]
 * @param {...Node} children
 */
export function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  if (options.class) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  element.append(...children);
  return element;
}
