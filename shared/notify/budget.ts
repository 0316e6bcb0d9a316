import type { RichSection } from './message.ts';

/** What a message may weigh. Slack refuses messages well below the 50 blocks of 3,000 characters that it documents. */
export const budget = {
  blocks: 20,
  characters: 6000,
  topLevelText: 3000,
} as const;

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
