import { severities, subjectText, type Finding, type Fix } from '../../findings/index.ts';
import { isOpen } from '../build.ts';
import { clean } from '../clean.ts';
import { changeText } from '../observed-text.ts';
import { sharesList } from '../ports.ts';
import { counted, percent, severityCounts, verdictWords } from '../words.ts';
import { severityColours } from './paint.ts';
import type { Sheet } from './services.ts';
import { pad, wrap } from './width.ts';

/** Findings that one cluster prints in full; a terminal is no place for thousands. */
const printed = 60;
const label = 10;

/** Findings of one cluster, worst first: what, why, the fix in one line. */
export function findingLines(findings: readonly Finding[], sheet: Sheet): readonly string[] {
  const open = findings.filter(isOpen);
  const aside = findings.length - open.length;
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of open) counts[finding.severity] += 1;
  const { paint } = sheet;
  const shown = severities
    .flatMap((severity) => open.filter((finding) => finding.severity === severity))
    .slice(0, printed);
  const left = open.length - shown.length;
  return [
    `  ${paint('bold', 'Findings')}  ${severityCounts(counts)}`,
    '',
    ...shown.flatMap((finding) => [...oneFinding(finding, sheet), '']),
    ...(left > 0
      ? [`  ${counted(left, 'more finding')}: --format html or json shows all`, '']
      : []),
    ...(aside > 0 ? [`  ${paint('dim', asideText(findings))}`, ''] : []),
  ];
}

function oneFinding(finding: Finding, sheet: Sheet): readonly string[] {
  const { paint, width } = sheet;
  const room = width - 2 - label;
  const blank = ' '.repeat(2 + label);
  const [title = '', ...titleRest] = wrap(clean(finding.title), room);
  const severity = finding.severity.toUpperCase();
  const state = finding.state === 'new' || finding.state === 'open' ? '' : ` · ${finding.state}`;
  const about = `${finding.subject.kind} ${clean(subjectText(finding.subject))}${state}`;
  return [
    `  ${paint(severityColours[finding.severity], severity)}${' '.repeat(label - severity.length)}${paint('bold', title)}`,
    ...titleRest.map((line) => `${blank}${paint('bold', line)}`),
    ...wrap(about, room).map((line) => `${blank}${paint('dim', line)}`),
    ...wrap(clean(finding.message), room).map((line) => blank + line),
    ...labelled('cause', finding.causes.map((cause) => clean(cause)).join(', '), sheet),
    ...labelled('change', changeText(finding) ?? '', sheet),
    ...fixText(finding.fixes, sheet),
    ...labelled('more', `${sheet.command} explain ${clean(finding.rule)}`, sheet),
  ];
}

function fixText(fixes: readonly Fix[], sheet: Sheet): readonly string[] {
  const [fix, ...others] = fixes;
  if (fix === undefined) return [];
  const parts = [clean(fix.title), ...afterText(fix)];
  const price = fix.price.map((each) => clean(each)).join('; ');
  return [
    ...labelled('fix', parts.join(' → '), sheet),
    ...labelled('trade-off', price, sheet),
    ...(others.length === 0
      ? []
      : labelled(
          'or',
          others.map((other) => [clean(other.title), ...afterText(other)].join(' → ')).join('; '),
          sheet,
        )),
  ];
}

/** `33/33/33, even`: what the model says about the Service after the fix. */
export function afterText(fix: Fix): readonly string[] {
  if (fix.after === undefined) return [];
  const { verdict, lost, shares } = fix.after;
  const lostText = lost > 0 ? `, ${percent(lost)} lost` : '';
  return [`${sharesList(Object.values(shares))}${lostText}, ${verdictWords[verdict]}`];
}

function labelled(name: string, text: string, { width, paint }: Sheet): readonly string[] {
  if (text === '') return [];
  const blank = ' '.repeat(2 + label);
  return wrap(text, width - 2 - label - 10).map(
    (line, at) => `${blank}${paint('dim', pad(at === 0 ? name : '', 10))}${line}`,
  );
}

function asideText(findings: readonly Finding[]): string {
  const exempt = findings.filter((finding) => finding.state === 'exempt').length;
  const resolved = findings.filter((finding) => finding.state === 'resolved').length;
  return [
    ...(exempt > 0 ? [`${exempt} exempt`] : []),
    ...(resolved > 0 ? [`${resolved} resolved since the last run`] : []),
  ].join(', ');
}
