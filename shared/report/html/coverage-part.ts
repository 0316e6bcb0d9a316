import { markup, type Markup } from './markup.ts';
export function coveragePart(_: unknown): Markup | undefined {
  return markup``;
}
