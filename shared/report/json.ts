import type { Report } from './report.ts';

/** Characters that JSON may hold raw and a terminal or an editor would obey. */
const obeyed = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * The report as JSON, two spaces deep, with a line break at the end. In pieces: one string holds half
 * a gigabyte at most, and a fleet may be more.
 */
export function* jsonPieces(report: Report): Generator<string> {
  for (const piece of valuePieces(report, '', openLevels)) yield escapeObeyed(piece);
  yield '\n';
}

/** Report, clusters, cluster, its lists: what lies in those is one piece each. */
const openLevels = 4;

function* valuePieces(value: unknown, indent: string, levels: number): Generator<string> {
  if (typeof value !== 'object' || value === null || levels === 0) {
    yield (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indent}`);
    return;
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, each]) => isList || each !== undefined);
  const [open, close] = isList ? '[]' : '{}';
  if (entries.length === 0) {
    yield `${open}${close}`;
    return;
  }
  const inner = `${indent}  `;
  let before = `${open}\n${inner}`;
  for (const [key, each] of entries) {
    yield isList ? before : `${before}${JSON.stringify(key)}: `;
    yield* valuePieces(each, inner, levels - 1);
    before = `,\n${inner}`;
  }
  yield `\n${indent}${close}`;
}

/**
 * The report as lines of JSON, for fleets that are too large for one document: first
 * `{"kind":"report", …}` without its clusters, then one `{"kind":"cluster", …}` for each.
 */
export function* ndjsonPieces(report: Report): Generator<string> {
  const { clusters, ...head } = report;
  yield `${escapeObeyed(JSON.stringify({ kind: 'report', ...head }))}\n`;
  for (const each of clusters)
    yield `${escapeObeyed(JSON.stringify({ kind: 'cluster', ...each }))}\n`;
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
