/** How much is left of a message: the whole, counts with the worst five, or one line of text. */
export type Level = 'full' | 'compact' | 'text';

/** The next step down, for a payload that Slack refuses; `undefined` below the last. */
export function lower(level: Level): Level | undefined {
  return level === 'full' ? 'compact' : level === 'compact' ? 'text' : undefined;
}
