import { openCopyButtons } from './copy.ts';
import { svgSpace } from './element.ts';

/** HTML elements that have no end tag. */
const empty = new Set(['br', 'input']);
/** All that pages of the report are made of: whatever else a text holds is left out. */
const allowed = new Set(
  (
    'a article b br circle code dd desc details div dl dt h1 h2 h3 h4 li nav ol p path pre rect section ' +
    'span summary svg table tbody td text th thead title tr ul'
  ).split(' '),
);
const token = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/gu;
const attribute = /([a-zA-Z:-]+)(?:="([^"]*)")?/gu;

/**
 * Elements of a page as the report's own templates write it. No parser of the browser takes part,
 * so that nothing of it runs, loads or leads elsewhere, whatever the text says.
 */
export function build(html: string): DocumentFragment {
  const root = document.createDocumentFragment();
  const open: (DocumentFragment | Element)[] = [root];
  for (const [, end, name = '', attributes = '', closed, text] of html.matchAll(token)) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.append(decoded(text));
    else if (end === '/') {
      if (open.length > 1) open.pop();
    } else {
      const inSvg =
        name === 'svg' || (parent instanceof Element && parent.namespaceURI === svgSpace());
      const tag = allowed.has(name) ? name : 'span';
      const made = inSvg ? document.createElementNS(svgSpace(), tag) : document.createElement(tag);
      for (const [, key = '', value = ''] of attributes.matchAll(attribute))
        if (isHarmless(key, decoded(value))) made.setAttribute(key, decoded(value));
      parent.append(made);
      if (closed !== '/' && !(empty.has(name) && !inSvg)) open.push(made);
    }
  }
  return root;
}

function isHarmless(key: string, value: string): boolean {
  if (/^on|^(?:style|src|srcset|srcdoc|action|formaction)$|:/iu.test(key)) return false;
  return key !== 'href' || /^(?:#|\?|rules\/|https:\/\/)/u.test(value);
}

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
]);

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|([a-z]{2,4}));/gu,
    (whole, code?: string, name?: string) =>
      code === undefined ? (named.get(name ?? '') ?? whole) : String.fromCodePoint(Number(code)),
  );
}

/** Shows a page in the place of the report, or the report again. */
export function show(page: Node | undefined): void {
  const report = document.querySelector('#report');
  const old = document.querySelector('#view');
  // The link that a reader comes back to.
  if (old === null) document.activeElement?.setAttribute('data-left', '');
  old?.remove();
  report?.toggleAttribute('hidden', page !== undefined);
  if (page === undefined) {
    const left = document.querySelector<HTMLElement>('[data-left]');
    left?.removeAttribute('data-left');
    if (old !== null) left?.focus();
  }
  if (page === undefined || report === null) return;
  const view = document.createElement('div');
  view.id = 'view';
  view.append(page);
  report.after(view);
  openCopyButtons(view);
  scrollTo({ top: 0, behavior: 'instant' });
  const heading = view.querySelector<HTMLElement>('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}
