/** The page's elements by id, with their types. */

/** @throws Error when the page has no such element of this type: markup and code have parted. */
export function findElement<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`Expected the page to have a ${type.name} with the id '${id}'.`);
}
