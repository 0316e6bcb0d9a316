import { ToolError } from './source.ts';

/** Most bytes of one answer; its text and its structured form hold the same. */
export const mostBytes = 20_000;
/** Room for the items of a page beside what every answer says. */
const room = 6_500;

export interface AnswerPage<T> {
  /** Lists of answers are as the schemas infer them. */
  readonly items: T[];
  readonly total: number;
  readonly next_cursor?: string;
}

/** As many items from the cursor on as an answer has room for; at least one, which callers bound. */
export function answerPage<R, T>(
  all: readonly R[],
  itemOf: (row: R) => T,
  cursor: string | undefined,
  bytes = room,
): AnswerPage<T> {
  const start = offsetOf(cursor);
  const items: T[] = [];
  let used = 0;
  for (const row of all.slice(start)) {
    const item = itemOf(row);
    used += bytesOf(item);
    if (items.length > 0 && used > bytes) break;
    items.push(item);
  }
  const end = start + items.length;
  return {
    items,
    total: all.length,
    ...(end < all.length && { next_cursor: Buffer.from(`evenkeel:${end}`).toString('base64url') }),
  };
}

/** What an item takes in both forms of an answer, halved: the text has every quote escaped. */
function bytesOf(item: unknown): number {
  const json = JSON.stringify(item);
  return (Buffer.byteLength(json) + Buffer.byteLength(JSON.stringify(json))) / 2;
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const found = /^evenkeel:(\d{1,9})$/u.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (found === null)
    throw new ToolError('the cursor is not one of this tool; leave it out to start over');
  return Number(found[1]);
}

/** The first of a list, and how many are left out. */
export function firstOf<R, T>(
  all: readonly R[],
  most: number,
  itemOf: (row: R) => T,
): { items: T[]; left_out: number } {
  return { items: all.slice(0, most).map(itemOf), left_out: Math.max(0, all.length - most) };
}
