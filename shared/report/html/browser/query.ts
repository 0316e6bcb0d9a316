import type { PageData } from './data.ts';

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
export const sortKeys = ['severity', 'title', 'cluster', 'rule', 'state', 'since'] as const;
export type SortKey = (typeof sortKeys)[number];

/** Answers which findings fit, by looking at each distinct text once and at numbers after that. */
export interface Index {
  readonly find: (filters: Filters) => number[];
  readonly sort: (rows: number[], key: SortKey, down: boolean) => number[];
}

const severityOrder = ['critical', 'high', 'medium', 'low', 'info'];
const stateOrder = ['new', 'reopened', 'open', 'stale', 'exempt', 'resolved'];

export function indexOf(data: PageData): Index {
  const { findings, clusters, words } = data;
  const lower = words.map((word) => word.toLowerCase());
  const clusterLower = clusters.name.map((name) => name.toLowerCase());
  const count = findings.rule.length;

  const tests = (filters: Filters): ((at: number) => boolean)[] => {
    const list: ((at: number) => boolean)[] = [];
    const { severity, text, family, rule, state, cluster, namespace, owner, subscription, region } =
      filters;
    const byWord = (column: readonly number[], good: Uint8Array): void => {
      list.push((at) => good[column[at] ?? -1] === 1);
    };
    if (severity) {
      const wanted = new Set(severity.split(','));
      byWord(
        findings.severity,
        Uint8Array.from(words, (word) => Number(wanted.has(word))),
      );
    }
    if (family)
      byWord(
        findings.rule,
        Uint8Array.from(words, (word) => Number(word.startsWith(`${family}/`))),
      );
    if (rule)
      byWord(
        findings.rule,
        Uint8Array.from(words, (word) => Number(word === rule)),
      );
    if (state)
      byWord(
        findings.state,
        Uint8Array.from(words, (word) => Number(word === state)),
      );
    if (namespace) byWord(findings.namespace, fits(lower, namespace));
    if (owner) byWord(findings.owner, fits(lower, owner));
    if (cluster) byWord(findings.cluster, fits(clusterLower, cluster));
    if (subscription) {
      const good = fits(lower, subscription);
      byWord(
        findings.cluster,
        Uint8Array.from(clusters.subscription, (word) => good[word] ?? 0),
      );
    }
    if (region) {
      const good = fits(lower, region);
      byWord(
        findings.cluster,
        Uint8Array.from(clusters.region, (word) => good[word] ?? 0),
      );
    }
    if (text) {
      const wanted = text.toLowerCase();
      const word = Uint8Array.from(lower, (each) => Number(each.includes(wanted)));
      const name = Uint8Array.from(clusterLower, (each) => Number(each.includes(wanted)));
      const columns = [
        findings.title,
        findings.name,
        findings.namespace,
        findings.rule,
        findings.owner,
        findings.kind,
      ];
      list.push(
        (at) =>
          name[findings.cluster[at] ?? -1] === 1 ||
          columns.some((column) => word[column[at] ?? -1] === 1),
      );
    }
    return list;
  };

  const ranks = new Map<SortKey, ArrayLike<number>>();
  const rankOf = (key: SortKey): ArrayLike<number> => {
    const known = ranks.get(key);
    if (known !== undefined) return known;
    const made = makeRanks(key);
    ranks.set(key, made);
    return made;
  };
  const makeRanks = (key: SortKey): ArrayLike<number> => {
    if (key === 'cluster') {
      const rank = rankTexts(clusterLower);
      return Int32Array.from(findings.cluster, (at) => rank[at] ?? 0);
    }
    const order = key === 'severity' ? severityOrder : key === 'state' ? stateOrder : undefined;
    const rank =
      order === undefined
        ? rankTexts(lower)
        : Int32Array.from(words, (word) => order.indexOf(word));
    return Int32Array.from(findings[key], (word) => rank[word] ?? 0);
  };

  return {
    find: (filters) => {
      const list = tests(filters);
      const rows: number[] = [];
      for (let at = 0; at < count; at += 1) if (list.every((test) => test(at))) rows.push(at);
      return rows;
    },
    sort: (rows, key, down) => {
      const rank = rankOf(key);
      const sign = down ? -1 : 1;
      return rows.toSorted((a, b) => sign * ((rank[a] ?? 0) - (rank[b] ?? 0)) || a - b);
    },
  };
}

/** Exactly this text if there is one, else all that hold it; `none` also fits nothing at all. */
function fits(texts: readonly string[], wanted: string): Uint8Array {
  const text = wanted.toLowerCase();
  const exact = texts.includes(text);
  return Uint8Array.from(texts, (each) =>
    Number(exact ? each === text : each.includes(text) || (text === 'none' && each === '')),
  );
}

export function rankTexts(texts: readonly string[]): Int32Array {
  const order = Array.from(texts, (_, at) => at).toSorted((a, b) => {
    const [left = '', right = ''] = [texts[a], texts[b]];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const rank = new Int32Array(texts.length);
  for (const [place, at] of order.entries()) rank[at] = place;
  return rank;
}
