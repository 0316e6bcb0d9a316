import { markup, type Markup } from './markup.ts';
export function fleetPart(_: unknown): Markup | undefined {
  return markup``;
}
