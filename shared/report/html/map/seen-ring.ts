import { markup, type Markup } from '../markup.ts';
import type { NodeRow } from './rows.ts';
import { px, type Area } from './shapes.ts';

const seenWords = {
  up: 'Azure sees it up',
  down: 'Azure sees it down',
  'up-unexpected': 'Azure sees it up, the prediction was down',
  'down-unexpected': 'Azure sees it down, the prediction was up',
} as const;

/** A ring at the node's edge: full where Azure sees it up, broken where it sees it down. */
export function seenRing({ seen }: NodeRow, { x, y, height }: Area): Markup | undefined {
  if (seen === undefined) return undefined;
  return markup`<circle class="seen ${seen}" cx="${px(x)}" cy="${px(y + height / 2)}" r="4.5"><title>${seenWords[seen]}</title></circle>`;
}
