import { markup, type Markup } from './markup.ts';
export function clustersPart(_: unknown): Markup | undefined {
  return markup``;
}
