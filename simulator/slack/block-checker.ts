import { fieldsOf, type Fields } from './fields.ts';
import { slackLimits } from './block-limits.ts';

/** Walks the blocks of one message: what is wrong where, and how much text there is in all. */
export class BlockChecker {
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
