import type { PageData } from './data.ts';

/** Filters of the findings, by their names in the address. */
export const filterKeys = [
  'severity',
  'text',
  'family',
  'rule',
  'state',
  'cluster',
  'namespace',
  'owner',
  'subscription',
  'region',
] as const;

export type FilterKey = (typeof filterKeys)[number];
export type Filters = Partial<Readonly<Record<FilterKey, string>>>;
/** Columns that sort the findings, by their names in the address. */
export const sortKeys = ['severity', 'title', 'cluster', 'rule', 'state', 'since'] as const;
export type SortKey = (typeof sortKeys)[number];

/** Answers which findings fit, by looking at each distinct text once and at numbers after that. */
export interface FindingIndex {
  /** Places of the findings in the data. */
  readonly find: (filters: Filters) => number[];
  readonly sort: (rows: number[], key: SortKey, down: boolean) => number[];
}

const severityOrder = ['critical', 'high', 'medium', 'low', 'info'];
const stateOrder = ['new', 'reopened', 'open', 'stale', 'exempt', 'resolved'];

/** Texts of the data in lower case. */
interface Lower {
  readonly words: readonly string[];
  readonly clusters: readonly string[];
}

type Test = (at: number) => boolean;

/** Makes the index once for a page; each filter and each order then takes milliseconds. */
export function findingIndex(data: PageData): FindingIndex {
  const lower: Lower = {
    words: data.words.map((word) => word.toLowerCase()),
    clusters: data.clusters.name.map((name) => name.toLowerCase()),
  };
  const count = data.findings.rule.length;
  const ranks = new Map<SortKey, Int32Array>();
  return {
    find: (filters) => {
      const tests = testsOf(filters, data, lower);
      const rows: number[] = [];
      for (let at = 0; at < count; at += 1) if (tests.every((test) => test(at))) rows.push(at);
      return rows;
    },
    sort: (rows, key, down) => {
      const rank = ranks.get(key) ?? ranksBy(key, data, lower);
      ranks.set(key, rank);
      const sign = down ? -1 : 1;
      return rows.toSorted((a, b) => sign * ((rank[a] ?? 0) - (rank[b] ?? 0)) || a - b);
    },
  };
}

/** A test for each filter that is set. */
function testsOf(filters: Filters, data: PageData, lower: Lower): Test[] {
  const { findings, clusters, words } = data;
  const byWord = (column: readonly number[], fit: (word: string) => boolean): Test =>
    byColumn(
      column,
      Uint8Array.from(words, (word) => Number(fit(word))),
    );
  const ofCluster = (column: readonly number[], wanted: string): Test => {
    const good = fits(lower.words, wanted);
    return byColumn(
      findings.cluster,
      Uint8Array.from(column, (word) => good[word] ?? 0),
    );
  };
  const makers: Readonly<Record<FilterKey, (wanted: string) => Test>> = {
    severity(wanted) {
      const all = wanted.split(',');
      return byWord(findings.severity, (word) => all.includes(word));
    },
    text: (wanted) => textTest(wanted.toLowerCase(), data, lower),
    family: (wanted) => byWord(findings.rule, (word) => word.startsWith(`${wanted}/`)),
    rule: (wanted) => byWord(findings.rule, (word) => word === wanted),
    state: (wanted) => byWord(findings.state, (word) => word === wanted),
    cluster: (wanted) => byColumn(findings.cluster, fits(lower.clusters, wanted)),
    namespace: (wanted) => byColumn(findings.namespace, fits(lower.words, wanted)),
    owner: (wanted) => byColumn(findings.owner, fits(lower.words, wanted)),
    subscription: (wanted) => ofCluster(clusters.subscription, wanted),
    region: (wanted) => ofCluster(clusters.region, wanted),
  };
  return filterKeys.flatMap((key) => {
    const wanted = filters[key];
    return wanted ? [makers[key](wanted)] : [];
  });
}

/** Whether the text, in lower case, is in one of the columns that say what a finding is about. */
function textTest(text: string, { findings }: PageData, lower: Lower): Test {
  const holding = (texts: readonly string[]): Uint8Array =>
    Uint8Array.from(texts, (each) => Number(each.includes(text)));
  const words = holding(lower.words);
  const { title, name, namespace, rule, owner, kind, cluster } = findings;
  const tests = [title, name, namespace, rule, owner, kind].map((column) =>
    byColumn(column, words),
  );
  tests.push(byColumn(cluster, holding(lower.clusters)));
  return (at) => tests.some((test) => test(at));
}

function byColumn(column: readonly number[], good: Uint8Array): Test {
  return (at) => good[column[at] ?? -1] === 1;
}

/** Each finding's place in the order of a column. */
function ranksBy(key: SortKey, { findings, words }: PageData, lower: Lower): Int32Array {
  const rank = (): Int32Array => {
    switch (key) {
      case 'cluster':
        return rankTexts(lower.clusters);
      case 'severity':
        return Int32Array.from(words, (word) => severityOrder.indexOf(word));
      case 'state':
        return Int32Array.from(words, (word) => stateOrder.indexOf(word));
      case 'title':
      case 'rule':
      case 'since':
        return rankTexts(lower.words);
    }
  };
  const ranks = rank();
  return Int32Array.from(findings[key], (at) => ranks[at] ?? 0);
}

/** Exactly this text if there is one, else all that hold it; `none` also fits nothing at all. */
function fits(texts: readonly string[], wanted: string): Uint8Array {
  const text = wanted.toLowerCase();
  const exact = texts.includes(text);
  return Uint8Array.from(texts, (each) =>
    Number(exact ? each === text : each.includes(text) || (text === 'none' && each === '')),
  );
}

/** The place of each text in alphabetical order, by code units. */
export function rankTexts(texts: readonly string[]): Int32Array {
  const order = Array.from(texts, (_, at) => at).toSorted((a, b) => {
    const [left = '', right = ''] = [texts[a], texts[b]];
    return Number(left > right) - Number(left < right);
  });
  const rank = new Int32Array(texts.length);
  for (const [place, at] of order.entries()) rank[at] = place;
  return rank;
}
