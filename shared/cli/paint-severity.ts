import type { Severity } from '../rules/index.ts';

const codes: Readonly<Record<Severity, string>> = {
  critical: '1;37;41',
  high: '31',
  medium: '33',
  low: '34',
  info: '2',
};

/** A severity in the colour that reports use for it. */
export function paintSeverity(severity: Severity, text: string, colour: boolean): string {
  return colour ? `\u001B[${codes[severity]}m${text}\u001B[0m` : text;
}
