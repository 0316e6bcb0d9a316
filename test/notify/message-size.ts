import { type Block, type RichSection, type SlackMessage } from '../../shared/notify/message.ts';

interface MessageSize {
  readonly blocks: number;
  /** Sum over all text objects of all blocks, in UTF-16 units. */
  readonly characters: number;
}

/** What Slack counts of a message. */
export function messageSize(message: SlackMessage): MessageSize {
  const blocks = blocksOf(message);
  return {
    blocks: blocks.length,
    characters: blocks.reduce((sum, block) => sum + charactersOf(block), 0),
  };
}

function charactersOf(block: Block): number {
  return textsOf(block).reduce((sum, text) => sum + text.length, 0);
}

/** Every text that a block shows. */
function textsOf(block: Block): readonly string[] {
  switch (block.type) {
    case 'divider':
      return [];
    case 'header':
      return [block.text.text];
    case 'context':
      return block.elements.map((element) => element.text);
    case 'section':
      return block.fields.map((field) => field.text);
    case 'actions':
      return block.elements.flatMap(({ text, confirm }) => [
        text.text,
        ...(confirm === undefined
          ? []
          : [confirm.title, confirm.text, confirm.confirm, confirm.deny].map((each) => each.text)),
      ]);
    case 'rich_text':
      return block.elements.flatMap((element) =>
        element.type === 'rich_text_list'
          ? element.elements.flatMap(sectionTexts)
          : element.elements.flatMap((each) => (each.type === 'text' ? [each.text] : [])),
      );
  }
}

function sectionTexts({ elements }: RichSection): readonly string[] {
  return elements.flatMap((each) => (each.type === 'text' ? [each.text] : []));
}

/** All blocks of a message, those of its attachments too. */
function blocksOf(message: SlackMessage): readonly Block[] {
  return [
    ...message.blocks,
    ...(message.attachments ?? []).flatMap((attachment) => attachment.blocks),
  ];
}
