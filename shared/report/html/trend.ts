import { markup, type Markup } from './markup.ts';
export function trendPart(_: unknown): Markup | undefined {
  return markup``;
}
