import { isTableRule, markdownCells } from '../markdown-text.ts';
import { dataTable } from './data-table.ts';
import { block, markup, trusted, type Markup } from './markup.ts';

/**
 * A page in the Markdown that rule pages are written in, as HTML: headings, paragraphs, lists, tables,
 * fenced code; code, bold and links inside a line. Anything else stays the text that it is. The first
 * heading is `h1`.
 * @param linkOf Address for a link's target; `undefined` = its words alone.
 */
export function markdownPage(
  text: string,
  linkOf: (target: string) => string | undefined,
): readonly Markup[] {
  const lines = text.split(/\r?\n/u);
  const parts: Markup[] = [];
  let at = 0;
  const taken = (fits: (line: string) => boolean): readonly string[] => {
    const from = at;
    while (at < lines.length && fits(lines[at] ?? '')) at += 1;
    return lines.slice(from, at);
  };
  const inline = (line: string): readonly Markup[] => inlineMarkup(line, linkOf);
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,4}) +(.*)$/u.exec(line);
    const fence = /^```(\w*)$/u.exec(line);
    if (line.trim() === '') at += 1;
    else if (heading !== null) {
      const tag = trusted(`h${heading[1]?.length ?? 1}`);
      parts.push(markup`<${tag}>${inline(heading[2] ?? '')}</${tag}>`);
      at += 1;
    } else if (fence !== null) {
      at += 1;
      const code = taken((each) => each !== '```');
      at += 1;
      parts.push(codeBlock(code.join('\n'), fence[1] ?? ''));
    } else if (line.startsWith('|'))
      parts.push(
        table(
          taken((each) => each.startsWith('|')),
          inline,
        ),
      );
    else if (isItem(line))
      parts.push(
        list(
          taken((each) => isItem(each) || /^ +\S/u.test(each)),
          inline,
        ),
      );
    else parts.push(markup`<p>${inline(taken((each) => !startsBlock(each)).join(' '))}</p>`);
  }
  return parts;
}

const bullet = /^(?:[-*]|\d{1,3}\.) +/u;

function isItem(line: string): boolean {
  return bullet.test(line);
}

function startsBlock(line: string): boolean {
  return line.trim() === '' || /^(?:#{1,4} |```|\|)/u.test(line) || isItem(line);
}

function codeBlock(code: string, language: string): Markup {
  const word = language === 'yaml' || language === 'json' ? 'Manifest' : 'Command';
  return markup`<div class="command"><pre tabindex="0" aria-label="${word}">${block(code)}</pre></div>`;
}

type Inline = (line: string) => readonly Markup[];

/** Lines that are indented go on with the item before them. */
function list(lines: readonly string[], inline: Inline): Markup {
  const items: string[] = [];
  for (const line of lines)
    if (isItem(line)) items.push(line.replace(bullet, ''));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  const tag = trusted(/^\d/u.test(lines[0] ?? '') ? 'ol' : 'ul');
  return markup`<${tag}>${items.map((item) => markup`<li>${inline(item)}</li>`)}</${tag}>`;
}

function table(lines: readonly string[], inline: Inline): Markup {
  const [head = [], ...rows] = lines.filter((line) => !isTableRule(line)).map(markdownCells);
  const words = head.map((cell) => cell.replaceAll(/[`*]/gu, ''));
  return dataTable(
    words.join(', '),
    words.map((word) => ({ word })),
    rows.map((row) => row.map(inline)),
  );
}

const pieces = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^()\s]+)\)/gu;

function inlineMarkup(
  line: string,
  linkOf: (target: string) => string | undefined,
): readonly Markup[] {
  const parts: Markup[] = [];
  let end = 0;
  for (const { 0: whole, index, 1: code, 2: bold, 3: words, 4: target = '' } of line.matchAll(
    pieces,
  )) {
    parts.push(plain(line.slice(end, index)));
    end = index + whole.length;
    if (code !== undefined) parts.push(markup`<code>${code}</code>`);
    else if (bold !== undefined) parts.push(markup`<b>${inlineMarkup(bold, linkOf)}</b>`);
    else parts.push(link(inlineMarkup(words ?? '', linkOf), linkOf(target)));
  }
  return [...parts, plain(line.slice(end))];
}

const space = trusted(' ');

/** Text between pieces: a space at either end stays. */
function plain(text: string): Markup {
  if (text.trim() === '') return text === '' ? markup`` : space;
  return markup`${/^\s/u.test(text) ? space : undefined}${block(text)}${/\s$/u.test(text) ? space : undefined}`;
}

function link(words: readonly Markup[], address: string | undefined): Markup {
  if (address === undefined) return markup`${words}`;
  return address.startsWith('https:')
    ? markup`<a href="${address}" rel="noreferrer noopener">${words}</a>`
    : markup`<a href="${address}">${words}</a>`;
}
