import { escapeMarkdown } from '../../markdown-escape.ts';

/** What a person sees of an element, as Markdown: for tickets, pull requests and chats. */
export function markdownOf(root: Element): string {
  const blocks = blocksOf(root);
  return `${blocks.filter((text) => text !== '').join('\n\n')}\n`;
}

function blocksOf(parent: Element): readonly string[] {
  return [...parent.children].flatMap((each) => blockOf(each));
}

function blockOf(element: Element): readonly string[] {
  if (element.hasAttribute('hidden')) return [];
  switch (element.localName) {
    case 'svg':
    case 'button':
    case 'summary':
      return [];
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
      return [`${'#'.repeat(Number(element.localName.slice(1)))} ${inline(element)}`];
    case 'p':
      return [element.classList.contains('facts') ? spans(element) : inline(element)];
    case 'span':
      return [piece(element)];
    case 'ul':
    case 'ol':
      return [[...element.children].map((item) => `- ${inline(item)}`).join('\n')];
    case 'table':
      return [element instanceof HTMLTableElement ? table(element) : ''];
    case 'pre':
      return [fenced(element.textContent)];
    case 'dl':
      return [list(element)];
    case 'details':
      return detailsOf(element);
    default:
      return blocksOf(element);
  }
}

/** What is folded stays out, but for the table that stands for a picture. */
function detailsOf(details: Element): readonly string[] {
  if (details.classList.contains('as-table')) return blocksOf(details);
  return details.hasAttribute('open') ? blocksOf(details) : [];
}

function spans(parent: Element): string {
  return [...parent.children].map((each) => inline(each)).join(' · ');
}

function list(dl: Element): string {
  return [...dl.querySelectorAll('dt')]
    .map((term) => {
      const next = term.nextElementSibling;
      return `- ${inline(term)}: ${next === null ? '' : inline(next)}`;
    })
    .join('\n');
}

function table({ rows }: HTMLTableElement): string {
  const [head, ...body] = [...rows].map(
    (row) => `| ${[...row.cells].map((cell) => inline(cell)).join(' | ')} |`,
  );
  const columns = rows[0]?.cells.length ?? 0;
  return [head, `|${' --- |'.repeat(columns)}`, ...body].join('\n');
}

/** Code may hold fences of its own. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function inline(parent: Node): string {
  return [...parent.childNodes]
    .map((node) => piece(node))
    .join('')
    .replaceAll(/ {2,}/gu, ' ')
    .trim();
}

function piece(node: Node): string {
  if (!(node instanceof Element)) {
    const text = node.textContent ?? '';
    const [before, after] = [/^\s/u.test(text) ? ' ' : '', /\s$/u.test(text) ? ' ' : ''];
    return before + escapeMarkdown(text.replaceAll(/\s+/gu, ' ').trim()) + after;
  }
  if (node.localName === 'button' || node.localName === 'svg' || node.hasAttribute('hidden'))
    return '';
  const text = inline(node);
  if (text === '') return '';
  if (node.localName === 'a') return link(node, text);
  const strong = node.localName === 'b' || node.classList.contains('badge');
  return strong ? `**${text}**` : text;
}

/** Links of this page lead nowhere elsewhere; those of a page that is served, and on the web, do. */
function link(anchor: Element, text: string): string {
  const href = anchor.getAttribute('href') ?? '';
  if (href.startsWith('#') || !(anchor instanceof HTMLAnchorElement)) return text;
  return /^https?:$/u.test(anchor.protocol)
    ? `[${text}](${anchor.href.replaceAll(/[()]/gu, encodeURIComponent)})`
    : text;
}
