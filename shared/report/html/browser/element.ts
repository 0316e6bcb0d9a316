/** Makes an element; what comes from data becomes text, never markup. */
export function element(
  tag: string,
  kind: string,
  ...children: readonly (string | Node)[]
): HTMLElement {
  const made = document.createElement(tag);
  if (kind !== '') made.className = kind;
  made.append(...children);
  return made;
}

/** A link with a text; the address is ours. */
export function link(href: string, text: string): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = href;
  made.textContent = text;
  return made;
}

/** The namespace of pictures: every page has one. */
export function svgSpace(): string {
  return document.querySelector('svg')?.namespaceURI ?? '';
}

/** An element of a picture with its attributes. */
export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
): Element {
  const made = document.createElementNS(svgSpace(), tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
