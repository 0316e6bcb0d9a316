/** Where a message breaks Slack's limits: the error code and, for blocks, what is wrong where. */
export interface MessageFault {
  readonly error:
    | 'invalid_blocks'
    | 'msg_blocks_too_long'
    | 'no_text'
    | 'too_many_attachments'
    | 'invalid_metadata_format'
    | 'metadata_too_large';
  readonly messages: readonly string[];
}

/** Limits of Block Kit and of the API methods; the sum over all blocks is undocumented and is held well below what was seen to fail. */
export const slackLimits = {
  blocks: 50,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  accessibilityLabel: 75,
  altText: 2000,
  id: 255,
  markdown: 12_000,
  tableRows: 100,
  tableColumns: 20,
  textOfAllBlocks: 8000,
  topLevelText: 40_000,
  attachments: 100,
  metadataBytes: 1024,
} as const;

type Fields = ReadonlyMap<string, unknown>;

/**
 * Holds a `chat.postMessage` or `chat.update` body against the limits. Numbers of characters are
 * counted as UTF-16 units, as JavaScript clients count them.
 */
export function validateMessage(body: {
  readonly text?: unknown;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
  readonly metadata?: unknown;
}): MessageFault | undefined {
  const hasBlocks = Array.isArray(body.blocks) && body.blocks.length > 0;
  const hasAttachments = Array.isArray(body.attachments) && body.attachments.length > 0;
  const hasText = typeof body.text === 'string' && body.text !== '';
  if (!hasText && !hasBlocks && !hasAttachments) return { error: 'no_text', messages: [] };
  if (body.blocks !== undefined && !Array.isArray(body.blocks))
    return {
      error: 'invalid_blocks',
      messages: ['blocks must be an array [json-pointer:/blocks]'],
    };
  const attachments = listOf(body.attachments);
  if (attachments.length > slackLimits.attachments)
    return { error: 'too_many_attachments', messages: [] };
  const blocks = [
    ...listOf(body.blocks).map((block, at) => ({ block, at: `/blocks/${at}` })),
    ...attachments.flatMap((attachment, outer) =>
      listOf(fieldsOf(attachment).get('blocks')).map((block, at) => ({
        block,
        at: `/attachments/${outer}/blocks/${at}`,
      })),
    ),
  ];
  const checker = new Checker();
  for (const { block, at } of blocks) checker.block(fieldsOf(block), at);
  if (blocks.length > slackLimits.blocks)
    checker.fault('/blocks', `no more than ${slackLimits.blocks} items allowed`);
  if (checker.faults.length > 0) return { error: 'invalid_blocks', messages: checker.faults };
  if (checker.characters > slackLimits.textOfAllBlocks)
    return { error: 'msg_blocks_too_long', messages: [] };
  return metadataFault(body.metadata);
}

function metadataFault(metadata: unknown): MessageFault | undefined {
  if (metadata === undefined) return undefined;
  const fields = fieldsOf(metadata);
  if (
    typeof fields.get('event_type') !== 'string' ||
    typeof fields.get('event_payload') !== 'object'
  )
    return { error: 'invalid_metadata_format', messages: [] };
  return Buffer.byteLength(JSON.stringify(metadata)) > slackLimits.metadataBytes
    ? { error: 'metadata_too_large', messages: [] }
    : undefined;
}

class Checker {
  readonly faults: string[] = [];
  characters = 0;
  private readonly blockIds = new Set<string>();

  fault(at: string, what: string): void {
    this.faults.push(`${what} [json-pointer:${at}]`);
  }

  block(block: Fields, at: string): void {
    const id = block.get('block_id');
    if (id !== undefined) {
      this.text(id, `${at}/block_id`, 1, slackLimits.id, false);
      if (typeof id === 'string' && this.blockIds.has(id))
        this.fault(`${at}/block_id`, '`block_id` already exists');
      if (typeof id === 'string') this.blockIds.add(id);
    }
    switch (block.get('type')) {
      case 'header':
        return this.textObject(block.get('text'), `${at}/text`, slackLimits.header, ['plain_text']);
      case 'divider':
        return undefined;
      case 'section':
        return this.section(block, at);
      case 'context':
        return this.each(
          block.get('elements'),
          `${at}/elements`,
          slackLimits.contextElements,
          (element, here) =>
            element.get('type') === 'image'
              ? this.image(element, here)
              : this.textFields(element, here, slackLimits.section, ['plain_text', 'mrkdwn']),
        );
      case 'actions':
        return this.each(
          block.get('elements'),
          `${at}/elements`,
          slackLimits.actionElements,
          (element, here) => this.button(element, here),
        );
      case 'image':
        return this.image(block, at);
      case 'rich_text':
        return this.each(block.get('elements'), `${at}/elements`, Infinity, (element, here) =>
          this.richText(element, here),
        );
      case 'markdown':
        return this.text(block.get('text'), `${at}/text`, 1, slackLimits.markdown);
      case 'table':
        return this.table(block, at);
      default:
        return this.fault(
          `${at}/type`,
          `unsupported type: ${String(block.get('type')).slice(0, 60)}`,
        );
    }
  }

  private section(block: Fields, at: string): void {
    const fields = block.get('fields');
    if (block.get('text') === undefined && fields === undefined)
      this.fault(at, 'must define either `text` or `fields`');
    if (block.get('text') !== undefined)
      this.textObject(block.get('text'), `${at}/text`, slackLimits.section, [
        'plain_text',
        'mrkdwn',
      ]);
    if (fields !== undefined)
      this.each(fields, `${at}/fields`, slackLimits.fields, (field, here) =>
        this.textFields(field, here, slackLimits.field, ['plain_text', 'mrkdwn']),
      );
    if (block.get('accessory') !== undefined) {
      const accessory = fieldsOf(block.get('accessory'));
      if (accessory.get('type') === 'image') this.image(accessory, `${at}/accessory`);
      else this.button(accessory, `${at}/accessory`);
    }
  }

  private button(element: Fields, at: string): void {
    if (element.get('type') !== 'button') return this.fault(`${at}/type`, 'unsupported type');
    this.textObject(element.get('text'), `${at}/text`, slackLimits.buttonText, ['plain_text']);
    this.optional(element, 'value', at, slackLimits.buttonValue);
    this.optional(element, 'url', at, slackLimits.url);
    this.optional(element, 'accessibility_label', at, slackLimits.accessibilityLabel);
    this.optional(element, 'action_id', at, slackLimits.id);
  }

  private image(element: Fields, at: string): void {
    this.text(element.get('image_url'), `${at}/image_url`, 1, slackLimits.url, false);
    this.text(element.get('alt_text'), `${at}/alt_text`, 1, slackLimits.altText);
  }

  private richText(element: Fields, at: string): void {
    const type = element.get('type');
    if (type === 'text') return this.text(element.get('text'), `${at}/text`, 1, Infinity);
    if (type === 'link') {
      this.text(element.get('url'), `${at}/url`, 1, slackLimits.url, false);
      if (element.get('text') !== undefined)
        this.text(element.get('text'), `${at}/text`, 1, Infinity);
      return undefined;
    }
    if (typeof type === 'string' && richContainers.has(type))
      return this.each(element.get('elements'), `${at}/elements`, Infinity, (child, here) =>
        this.richText(child, here),
      );
    if (typeof type !== 'string' || !richLeaves.has(type))
      this.fault(`${at}/type`, 'unsupported type');
    return undefined;
  }

  private table(block: Fields, at: string): void {
    this.each(block.get('rows'), `${at}/rows`, slackLimits.tableRows, (row, here) => {
      const cells = [...row.values()];
      if (cells.length > slackLimits.tableColumns)
        this.fault(here, `no more than ${slackLimits.tableColumns} cells allowed`);
      for (const [index, value] of cells.entries()) {
        const cell = fieldsOf(value);
        if (cell.get('type') === 'rich_text') this.block(cell, `${here}/${index}`);
        else if (cell.get('type') === 'raw_text')
          this.text(cell.get('text'), `${here}/${index}/text`, 1, Infinity);
        else if (cell.get('type') !== 'raw_number')
          this.fault(`${here}/${index}/type`, 'unsupported type');
      }
    });
  }

  private each(
    list: unknown,
    at: string,
    most: number,
    check: (element: Fields, at: string) => void,
  ): void {
    if (!Array.isArray(list) || list.length === 0)
      return this.fault(at, 'must be a non-empty array');
    if (list.length > most) this.fault(at, `no more than ${most} items allowed`);
    for (const [index, element] of list.entries()) check(fieldsOf(element), `${at}/${index}`);
  }

  private textObject(value: unknown, at: string, most: number, types: readonly string[]): void {
    this.textFields(fieldsOf(value), at, most, types);
  }

  private textFields(text: Fields, at: string, most: number, types: readonly string[]): void {
    const type = text.get('type');
    if (typeof type !== 'string' || !types.includes(type))
      this.fault(`${at}/type`, `must be one of ${types.join(', ')}`);
    this.text(text.get('text'), `${at}/text`, 1, most);
  }

  private optional(element: Fields, name: string, at: string, most: number): void {
    if (element.get(name) !== undefined)
      this.text(element.get(name), `${at}/${name}`, 1, most, false);
  }

  private text(value: unknown, at: string, least: number, most: number, counts = true): void {
    if (typeof value !== 'string') return this.fault(at, 'must be a string');
    if (counts) this.characters += value.length;
    if (value.length < least) this.fault(at, `must be more than ${least - 1} characters`);
    if (value.length > most) this.fault(at, `must be less than ${most + 1} characters`);
  }
}

const richContainers = new Set([
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'rich_text_quote',
]);
const richLeaves = new Set(['emoji', 'user', 'usergroup', 'channel', 'broadcast', 'date', 'color']);

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Fields of an object as a map; of a list, its items by number. */
function fieldsOf(value: unknown): Fields {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
