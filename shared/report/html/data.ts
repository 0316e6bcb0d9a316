import { markup, type Markup } from './markup.ts';
export function dataBlock(_: unknown): Markup | undefined {
  return markup``;
}
