import type { Block, RichSection, SlackMessage, Span, Mention } from './message.ts';

/** A message as people see it, for a terminal: no markup, links in full. Ends with a line break. */
export function previewText(message: SlackMessage): string {
  const blocks = message.blocks.map(blockText);
  const attached = (message.attachments ?? []).flatMap(({ blocks: inner }) =>
    inner.map((block) => indented(blockText(block), '| ')),
  );
  const parts =
    blocks.length > 0 ? [...blocks, ...attached] : [unmarked(message.text), ...attached];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'header':
      return `${block.text.text}\n${'='.repeat(Math.min(78, block.text.text.length))}`;
    case 'divider':
      return '-'.repeat(40);
    case 'context':
      return block.elements.map(objectText).join('  ');
    case 'section':
      return block.fields.map((field) => objectText(field).replace('\n', ': ')).join('\n');
    case 'actions':
      return block.elements
        .map(({ text, url }) => `[${text.text}]${url === undefined ? '' : ` ${url}`}`)
        .join('\n');
    case 'rich_text':
      return block.elements
        .map((element) => {
          switch (element.type) {
            case 'rich_text_section':
              return sectionText(element);
            case 'rich_text_list':
              return element.elements.map((item) => `  * ${sectionText(item)}`).join('\n');
            case 'rich_text_preformatted':
              return indented(element.elements.map(({ text }) => text).join(''), '    ');
          }
        })
        .join('\n');
  }
}

function sectionText({ elements }: RichSection): string {
  return elements.map(elementText).join('');
}

function elementText(element: Span | Mention): string {
  if (element.type === 'text') return element.text;
  return `@${element.type === 'user' ? element.user_id : element.usergroup_id}`;
}

function objectText(text: {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}): string {
  return text.type === 'mrkdwn' ? unmarked(text.text) : text.text;
}

/** Bold signs off, dates as their fallback, links as label and address, entities as characters. */
function unmarked(text: string): string {
  return text
    .replaceAll(/<!date\^[^|>]*\|([^>]*)>/gu, '$1')
    .replaceAll(/<([^|>]*)\|([^>]*)>/gu, '$2 ($1)')
    .replaceAll(/\*([^*\n]*)\*/gu, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((each) => by + each)
    .join('\n');
}
