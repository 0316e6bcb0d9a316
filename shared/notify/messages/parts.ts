import { counted, grouped } from '../../model/index.ts';
import { fitting } from '../budget.ts';
import type { Block, Button, RichSection } from '../message.ts';
import { line, longest, plain, richText, span } from '../slots.ts';

/** A titled list that keeps to its characters; what does not fit is counted. */
export function list(
  title: string,
  sections: readonly RichSection[],
  most: number,
  characters: number,
): Block[] {
  if (sections.length === 0) return [];
  const shown = fitting(sections, most, characters);
  const left = sections.length - shown.length;
  const items = [...shown, ...(left > 0 ? [line(span(`and ${grouped(left)} more`, 40))] : [])];
  return [
    richText(line(span(title, longest.header, { bold: true })), {
      type: 'rich_text_list',
      style: 'bullet',
      elements: items,
    }),
  ];
}

const linkWords = {
  open_report: ['Open report', 'Open the full report of this run'],
  open_finding: ['See the traffic map', 'Open this finding in the report'],
  open_rule: ['How to fix', 'Open the page of this rule: why it matters and how to fix it'],
} as const;

/** A link of a message as a button. */
export function linkButton(link: string | undefined, action: keyof typeof linkWords): Button[] {
  if (link === undefined) return [];
  const [word, label] = linkWords[action];
  const text = plain(word, longest.button);
  return [{ type: 'button', action_id: action, text, url: link, accessibility_label: label }];
}

/** Buttons below one another; nothing where there is none. */
export function actions(elements: Button[]): Block[] {
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** `1 day 6 h`, `3 h`, `12 min`; the two largest units. */
function durationText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return hours > 0 ? `${counted(days, 'day')} ${hours} h` : counted(days, 'day');
  return hours > 0 ? `${hours} h` : `${minutes} min`;
}

/** From one ISO time to another; `undefined` where one is none. */
export function between(fromIso: string, toIso: string): string | undefined {
  const ms = Date.parse(toIso) - Date.parse(fromIso);
  return Number.isFinite(ms) ? durationText(ms) : undefined;
}
