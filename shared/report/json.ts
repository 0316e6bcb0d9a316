import type { Report } from './report.ts';

/** Characters that JSON may hold raw and a terminal or an editor would obey. */
const obeyed = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The report as JSON, two spaces deep, with a line break at the end. */
export function renderJson(report: Report): string {
  return `${escapeObeyed(JSON.stringify(report, null, 2))}\n`;
}

/**
 * The report as lines of JSON, for fleets that are too large for one document: first
 * `{"kind":"report", …}` without its clusters, then one `{"kind":"cluster", …}` for each.
 */
export function renderNdjson(report: Report): string {
  const { clusters, ...head } = report;
  const lines = [
    { kind: 'report', ...head },
    ...clusters.map((each) => ({ kind: 'cluster', ...each })),
  ];
  return `${lines.map((line) => escapeObeyed(JSON.stringify(line))).join('\n')}\n`;
}

/** Writes such characters as `\uXXXX`: the same value, nothing to obey. */
export function escapeObeyed(json: string): string {
  return json.replace(obeyed, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
