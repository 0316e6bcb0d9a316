import { markup, type Markup } from './markup.ts';
export function unknownPart(_: unknown): Markup | undefined {
  return markup``;
}
