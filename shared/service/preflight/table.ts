import { oneLine } from '../../audit/one-line.ts';
import type { PreflightRow } from './rows.ts';

type State = PreflightRow['state'];

const words: Readonly<Record<State, string>> = {
  readable: 'yes',
  missing: 'NO',
  unreadable: 'not read',
  skipped: 'not asked',
};

const colours: Readonly<Record<State, string>> = {
  readable: '32',
  missing: '1;31',
  unreadable: '33',
  skipped: '2',
};

interface Line {
  readonly scope: string;
  readonly what: string;
  readonly state: State;
  readonly why: string;
}

/** A line for each thing, one for a scope of which all is readable; then the commands that give what is missing. */
export function preflightText(
  rows: readonly PreflightRow[],
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = (code: string, text: string): string =>
    colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  const scopes = Map.groupBy(
    rows,
    ({ subscriptionId, clusterId = '' }) => `${subscriptionId} ${clusterId}`,
  );
  const lines = [...scopes.values()].flatMap(linesOf);
  const scopeWidth = widest(['SCOPE', ...lines.map(({ scope }) => scope)]);
  const whatWidth = widest(['READS', ...lines.map(({ what }) => what)]);
  const stateWidth = widest(Object.values(words));
  const head = [
    'SCOPE'.padEnd(scopeWidth),
    'READS'.padEnd(whatWidth),
    'MAY'.padEnd(stateWidth),
    'WHY',
  ].join('  ');
  const table = lines.map(({ scope, what, state, why }) => {
    const room = Math.max(12, width - scopeWidth - whatWidth - stateWidth - 6);
    return [
      scope.padEnd(scopeWidth),
      what.padEnd(whatWidth),
      paint(colours[state], words[state].padEnd(stateWidth)),
      // A file has room for all of it.
      colour ? oneLine(why, room) : why,
    ]
      .join('  ')
      .trimEnd();
  });
  return `${[paint('1', head), ...table, '', ...grantLines(rows, paint), summary(rows)].join('\n')}\n`;
}

/** `rows` as they are, `grants` with what each is for, and the counts. */
export function preflightJson(rows: readonly PreflightRow[]): string {
  const grants = grantsOf(rows).map(([command, missing]) => ({
    command,
    for: missing.map(nameOf),
  }));
  return `${JSON.stringify({ summary: countsOf(rows), grants, rows }, undefined, 2)}\n`;
}

function linesOf(rows: readonly PreflightRow[]): readonly Line[] {
  const [first] = rows;
  if (first === undefined) return [];
  const scope =
    first.cluster === undefined
      ? oneLine(first.subscription, 60)
      : `  ${oneLine(first.cluster, 63)}`;
  const [, ...others] = rows;
  const read = rows.filter(({ state }) => state === 'readable').length;
  const idle = rows.filter(
    ({ state, optional }) => state === 'skipped' && optional === true,
  ).length;
  if (others.length > 0 && read > 0 && read + idle === rows.length) {
    const what = first.cluster === undefined ? `all ${read} lists` : `all ${read}`;
    return [{ scope, what, state: 'readable', why: '' }];
  }
  return rows.map(({ what, state, optional, why = '' }) => ({
    scope,
    what,
    state,
    why: oneLine(optional === true && why !== '' ? `optional; ${why}` : why),
  }));
}

function grantLines(
  rows: readonly PreflightRow[],
  paint: (code: string, text: string) => string,
): readonly string[] {
  const grants = grantsOf(rows);
  if (grants.length === 0) return [];
  const lines = grants.flatMap(([command, missing]) => [
    `  ${oneLine(command, 2000)}`,
    paint('2', `      for ${oneLine(missing.map(nameOf).join('; '))}`),
  ]);
  return [paint('1', 'Commands that grant the missing permissions:'), ...lines, ''];
}

function grantsOf(
  rows: readonly PreflightRow[],
): readonly (readonly [string, readonly PreflightRow[]])[] {
  const missing = rows.filter(({ grant }) => grant !== undefined);
  return [...Map.groupBy(missing, ({ grant = '' }) => grant)];
}

function nameOf({ what, cluster, subscription }: PreflightRow): string {
  return `${what} of ${cluster ?? subscription}`;
}

function countsOf(rows: readonly PreflightRow[]): Readonly<Record<State, number>> {
  const count = (state: State): number => rows.filter((row) => row.state === state).length;
  return {
    readable: count('readable'),
    missing: count('missing'),
    unreadable: count('unreadable'),
    skipped: count('skipped'),
  };
}

function summary(rows: readonly PreflightRow[]): string {
  const { readable, missing, unreadable, skipped } = countsOf(rows);
  return `${readable} readable, ${missing} missing, ${unreadable} not read for another reason, ${skipped} not asked`;
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
