import { expect } from '@jest/globals';
import type { EvidenceValue, Fault, Rule } from '../../shared/rules/index.ts';
import { subjectText } from '../../shared/findings/index.ts';
import { catalogue } from './catalogue.ts';

/** `Service shop/web`, `Node user-1`. */
export function nameOf({ subject }: Pick<Fault, 'subject'>): string {
  return `${subject.kind} ${subjectText(subject)}`;
}

/** What must hold of whatever a rule finds: its texts can be printed, its evidence sent, its fixes weighed. */
export function expectSound(rule: Rule, faults: readonly Fault[]): void {
  const names = faults.map(nameOf);
  expect(names).toEqual([...new Set(names)]);
  const row = catalogue.find(({ id }) => id === rule.meta.id);
  const severities = [row?.severity, ...(row?.also ?? [])];
  for (const fault of faults) {
    expect(severities).toContain(fault.severity ?? rule.meta.severity);
    expect(textFaults(fault)).toEqual([]);
    expect(evidenceFaults(fault.evidence)).toEqual([]);
    const causes = fault.causes ?? [];
    expect(causes).not.toEqual([]);
    expect(causes).toEqual([...new Set(causes)].toSorted());
    expect(causes.filter((cause) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(cause))).toEqual([]);
    expect(fault.fixes).not.toEqual([]);
    for (const fix of fault.fixes) {
      expect(fix.steps).not.toEqual([]);
      expect(fix.price).not.toEqual([]);
    }
    const titles = fault.fixes.map((fix) => fix.title);
    expect(titles).toEqual([...new Set(titles)]);
  }
}

/** Holes in texts, broken ends, and what nobody reads to its end. */
function textFaults({ title, message, fixes }: Fault): readonly string[] {
  const fixTexts = fixes.flatMap((fix) => [
    fix.title,
    ...fix.price,
    ...fix.steps.map((step) => step.text),
  ]);
  const holes = [title, message, ...fixTexts].filter((text) =>
    /undefined|NaN|Infinity|\[object|^\s|\s$|^$/u.test(text),
  );
  return [
    ...holes,
    ...(/[.!:]$/u.test(title) || title.length > 160 ? [title] : []),
    ...(!message.endsWith('.') || /\s\s|\.\.|\(\)/u.test(message) ? [message] : []),
    ...(message.length > 1200 ? [`${message.length} characters: ${message}`] : []),
    ...fixes.map((fix) => fix.title).filter((text) => /[.:]$/u.test(text)),
  ];
}

function evidenceFaults(value: EvidenceValue, path = 'evidence'): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (typeof value === 'string') return holesIn(value, path);
  if (typeof value !== 'object') return [];
  if (Array.isArray(value))
    return [
      ...(value.length > 50 ? [`${path}: ${value.length} items`] : []),
      ...value.flatMap((each: EvidenceValue, index) => evidenceFaults(each, `${path}[${index}]`)),
    ];
  return Object.entries(value).flatMap(([key, each]) => evidenceFaults(each, `${path}.${key}`));
}

function holesIn(text: string, path: string): readonly string[] {
  return /undefined|NaN|\[object/u.test(text) || text.length > 300 ? [`${path}: ${text}`] : [];
}
