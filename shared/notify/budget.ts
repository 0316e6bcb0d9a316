import { blocksOf, type Block, type RichSection, type SlackMessage } from './message.ts';

/** What a message may weigh. Slack refuses messages well below the 50 blocks of 3,000 characters that it documents. */
export const budget = {
  blocks: 20,
  characters: 6000,
  /** Beyond this a message is never sent. */
  hardCharacters: 8000,
  topLevelText: 3000,
} as const;

export interface Weight {
  readonly blocks: number;
  /** Sum over all text objects of all blocks, in UTF-16 units. */
  readonly characters: number;
}

export function weigh(message: SlackMessage): Weight {
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

/** As many sections as fit into so many characters; at most `most`. */
export function fitting(
  sections: readonly RichSection[],
  most: number,
  characters: number,
): readonly RichSection[] {
  let left = characters;
  const shown: RichSection[] = [];
  for (const section of sections.slice(0, most)) {
    left -= sectionTexts(section).reduce((sum, text) => sum + text.length, 0);
    if (left < 0) break;
    shown.push(section);
  }
  return shown;
}
