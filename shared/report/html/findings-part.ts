import { markup, type Markup } from './markup.ts';
export function findingsPart(_: unknown): Markup | undefined {
  return markup``;
}
