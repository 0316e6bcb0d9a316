import { percent } from '../../model/index.ts';
import type { Severity } from '../../findings/index.ts';
import type { ServiceStatus } from '../service-status.ts';

export type Colour = 'red' | 'yellow' | 'green' | 'blue' | 'cyan' | 'dim' | 'bold' | 'alarm';

/** Colours a piece of text that is already cut and padded; without colour it gives the text back. */
export type Paint = (colour: Colour | undefined, text: string) => string;

const codes: Readonly<Record<Colour, string>> = {
  red: '31',
  yellow: '33',
  green: '32',
  blue: '34',
  cyan: '36',
  dim: '2',
  bold: '1',
  alarm: '1;37;41',
};

/** Colours by ANSI codes, or none at all. */
export function painter(colour: boolean): Paint {
  return (name, text) =>
    !colour || name === undefined || text === '' ? text : `\u001B[${codes[name]}m${text}\u001B[0m`;
}

export const severityColours: Readonly<Record<Severity, Colour>> = {
  critical: 'alarm',
  high: 'red',
  medium: 'yellow',
  low: 'blue',
  info: 'dim',
};

export const statusColours: Readonly<Record<ServiceStatus, Colour>> = {
  critical: 'red',
  none: 'red',
  lost: 'red',
  starved: 'red',
  uneven: 'yellow',
  even: 'green',
  unknown: 'cyan',
  disabled: 'cyan',
};

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `width` columns, filled by eighths of a column; a share above 0 always shows. */
export function barText(
  share: number,
  width: number,
  colour: Colour | undefined,
  paint: Paint,
): string {
  const steps = share <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, share) * width * 8));
  const full = '█'.repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? '');
  const rest = '·'.repeat(Math.max(0, width - full.length));
  return `${paint(colour, full)}${paint('dim', rest)}`;
}

/** The share of a pod as bar and number, and whose it is. @param part Of the bar. */
export function shareLine(
  part: number,
  share: number,
  width: number,
  name: string,
  paint: Paint,
): string {
  const bar = barText(part, width, share > 0 ? 'blue' : undefined, paint);
  const number = paint(share > 0 ? 'bold' : 'red', percent(share).padStart(7));
  return `    ${bar} ${number}  ${share > 0 ? name : paint('dim', name)}`;
}
