import { describe, expect, test } from '@jest/globals';
import { slackLimits } from '../../../simulator/slack/block-limits.ts';
import { validateMessage } from '../../../simulator/slack/limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const many = (count: number, block: object = { type: 'divider' }) =>
  Array.from({ length: count }, () => block);
const letters = (count: number): string => 'x'.repeat(count);
const button = (more: object = {}) => ({ type: 'button', text: plain('Open'), ...more });
const cell = { type: 'raw_text', text: 'x' };

describe('what a message may hold', () => {
  test.each<[string, readonly object[]]>([
    ['fifty blocks', many(50)],
    ['a header of 150', [{ type: 'header', text: plain(letters(150)) }]],
    ['a section of 3,000', [{ type: 'section', text: mrkdwn(letters(3000)) }]],
    ['ten fields', [{ type: 'section', fields: many(10, mrkdwn('x')) }]],
    ['a field of 2,000', [{ type: 'section', fields: [plain(letters(2000))] }]],
    ['a section with a button', [{ type: 'section', text: plain('x'), accessory: button() }]],
    ['ten context elements', [{ type: 'context', elements: many(10, mrkdwn('x')) }]],
    ['twenty-five buttons', [{ type: 'actions', elements: many(25, button()) }]],
    [
      'a button with everything',
      [
        {
          type: 'actions',
          elements: [
            button({ value: letters(2000), url: 'https://a.example', action_id: letters(255) }),
          ],
        },
      ],
    ],
    [
      'rich text',
      [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: '<!channel>' },
                { type: 'link', url: 'https://a.example', text: 'a' },
                { type: 'emoji', name: 'ok' },
              ],
            },
          ],
        },
      ],
    ],
    ['a table of 100 by 20', [{ type: 'table', rows: many(100, many(20, cell)) }]],
    ['markdown', [{ type: 'markdown', text: '# Title' }]],
    [
      '8,000 characters in all',
      [
        ...many(2, { type: 'section', text: mrkdwn(letters(3000)) }),
        { type: 'section', text: plain(letters(2000)) },
      ],
    ],
  ])('%s', (_, blocks) => {
    expect(validateMessage({ text: 'fallback', blocks })).toBeUndefined();
  });
});

describe('what it may not', () => {
  test.each<[string, readonly object[], string, string]>([
    ['51 blocks', many(51), 'no more than 50 items', '/blocks'],
    [
      'a header of 151',
      [{ type: 'header', text: plain(letters(151)) }],
      'less than 151',
      '/blocks/0/text/text',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be one of plain_text',
      '/blocks/0/text/type',
    ],
    ['an empty section', [{ type: 'section' }], 'either `text` or `fields`', '/blocks/0'],
    [
      'a section of 3,001',
      [{ type: 'section', text: mrkdwn(letters(3001)) }],
      'less than 3001',
      '/blocks/0/text/text',
    ],
    [
      'a section without letters',
      [{ type: 'section', text: plain('') }],
      'more than 0',
      '/blocks/0/text/text',
    ],
    [
      'eleven fields',
      [{ type: 'section', fields: many(11, mrkdwn('x')) }],
      'no more than 10',
      '/blocks/0/fields',
    ],
    [
      'a field of 2,001',
      [{ type: 'section', fields: [plain(letters(2001))] }],
      'less than 2001',
      '/blocks/0/fields/0/text',
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: many(11, mrkdwn('x')) }],
      'no more than 10',
      '/blocks/0/elements',
    ],
    [
      'no context elements',
      [{ type: 'context', elements: [] }],
      'non-empty array',
      '/blocks/0/elements',
    ],
    [
      '26 buttons',
      [{ type: 'actions', elements: many(26, button()) }],
      'no more than 25',
      '/blocks/0/elements',
    ],
    [
      'a button text of 76',
      [{ type: 'actions', elements: [button({ text: plain(letters(76)) })] }],
      'less than 76',
      '/blocks/0/elements/0/text/text',
    ],
    [
      'a button value of 2,001',
      [{ type: 'actions', elements: [button({ value: letters(2001) })] }],
      'less than 2001',
      '/blocks/0/elements/0/value',
    ],
    [
      'a link of 3,001',
      [{ type: 'actions', elements: [button({ url: letters(3001) })] }],
      'less than 3001',
      '/blocks/0/elements/0/url',
    ],
    [
      'a block id of 256',
      [{ type: 'divider', block_id: letters(256) }],
      'less than 256',
      '/blocks/0/block_id',
    ],
    [
      'a block id twice',
      many(2, { type: 'divider', block_id: 'a' }),
      'already exists',
      '/blocks/1/block_id',
    ],
    [
      '101 rows',
      [{ type: 'table', rows: many(101, [cell]) }],
      'no more than 100',
      '/blocks/0/rows',
    ],
    [
      '21 cells',
      [{ type: 'table', rows: [many(21, cell)] }],
      'no more than 20',
      '/blocks/0/rows/0',
    ],
    ['an unknown block', [{ type: 'hologram' }], 'unsupported type: hologram', '/blocks/0/type'],
    [
      'an unknown rich text element',
      [{ type: 'rich_text', elements: [{ type: 'blink' }] }],
      'unsupported type',
      '/blocks/0/elements/0/type',
    ],
    ['no block at all', [3 as unknown as object], 'unsupported type: undefined', '/blocks/0/type'],
  ])('%s', (_, blocks, what, where) => {
    const fault = validateMessage({ text: 'fallback', blocks });
    expect(fault?.error).toBe('invalid_blocks');
    expect(fault?.messages).toContainEqual(expect.stringContaining(what));
    expect(fault?.messages).toContainEqual(expect.stringContaining(`[json-pointer:${where}]`));
  });

  test('more text in all blocks than Slack takes, though each is within its limit', () => {
    const blocks = many(45, { type: 'section', text: mrkdwn(letters(252)) });
    expect(validateMessage({ text: 'x', blocks })).toEqual({
      error: 'msg_blocks_too_long',
      messages: [],
    });
  });

  test.each<[string, object, string]>([
    ['nothing to say', {}, 'no_text'],
    ['an empty text', { text: '' }, 'no_text'],
    ['blocks that are no list', { text: 'x', blocks: 'none' }, 'invalid_blocks'],
    ['101 attachments', { attachments: many(101, {}) }, 'too_many_attachments'],
    [
      'blocks of attachments beyond fifty',
      { attachments: many(51, { blocks: many(1) }) },
      'invalid_blocks',
    ],
    [
      'metadata without a type',
      { text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    [
      'metadata without a payload',
      { text: 'x', metadata: { event_type: 'a' } },
      'invalid_metadata_format',
    ],
    ['metadata that is text', { text: 'x', metadata: 'a' }, 'invalid_metadata_format'],
    [
      'metadata too large',
      {
        text: 'x',
        metadata: { event_type: 'a', event_payload: { key: letters(slackLimits.metadataBytes) } },
      },
      'metadata_too_large',
    ],
  ])('%s', (_, message, error) => {
    expect(validateMessage(message)?.error).toBe(error);
  });
});
