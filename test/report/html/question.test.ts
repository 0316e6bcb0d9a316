import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClusterReport, Report, ServiceReport } from '../../../shared/report/index.ts';
import { reportAnswer } from '../../../shared/service/http/report.ts';
import { cluster, finding, port, report, service } from '../builders.ts';

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
const verdicts = ['none', 'lost', 'starved', 'uneven', 'even', 'unknown'] as const;
const namespaces = ['shop', 'pay'] as const;
const rules = ['traffic/starved-endpoints', 'backend/stale-member', 'probe/http-root-path'];

const services = fc.uniqueArray(
  fc.record({
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom('web', 'api'),
    verdict: fc.constantFrom(...verdicts),
  }),
  { maxLength: 4, selector: ({ namespace, name }) => `${namespace}/${name}` },
);

const findings = fc.array(
  fc.record({
    severity: fc.constantFrom(...severities),
    state: fc.constantFrom(
      ...(['new', 'open', 'reopened', 'resolved', 'stale', 'exempt'] as const),
    ),
    rule: fc.constantFrom(...rules),
    kind: fc.constantFrom('Service', 'Deployment'),
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom('web', 'api'),
  }),
  { maxLength: 6 },
);

const results = [
  'complete',
  'complete',
  'complete',
  'partial',
  'denied',
  'skipped',
  'gone',
] as const;

const reports = fc
  .array(fc.record({ result: fc.constantFrom(...results), services, findings }), {
    minLength: 1,
    maxLength: 7,
  })
  .chain((made) => fc.nat(2).map((silent) => reportOf(made.map(clusterOf), silent)));

type Made =
  typeof services extends fc.Arbitrary<infer S>
    ? typeof findings extends fc.Arbitrary<infer F>
      ? { readonly result: (typeof results)[number]; readonly services: S; readonly findings: F }
      : never
    : never;

function clusterOf({ result, services: own, findings: faults }: Made, at: number): ClusterReport {
  const read = result === 'complete' || result === 'partial';
  return cluster({
    name: `aks-${at}`,
    result,
    services: read
      ? own.map(({ namespace, name, verdict }) =>
          service({ namespace, name, ports: [port({ verdict })] }),
        )
      : [],
    findings: faults.map(({ severity, state, rule, kind, namespace, name }, index) =>
      finding({
        fingerprint: `${at}${index}`.padStart(16, '0'),
        severity,
        state,
        rule,
        subject: { kind, namespace, name },
      }),
    ),
  });
}

function reportOf(clusters: readonly ClusterReport[], silent: number): Report {
  return report(clusters, clusters.length + silent);
}

const queries = fc.record(
  {
    cluster: fc.constant('aks-0'),
    namespace: fc.constantFrom(...namespaces),
    severity: fc.constantFrom(...severities),
    rule: fc.constantFrom(...rules),
    page: fc.constantFrom('1', '2'),
    pageSize: fc.constantFrom('1', '3', '100'),
  },
  { requiredKeys: [] },
);

async function ask(whole: Report, query: Readonly<Record<string, string>>): Promise<string> {
  const url = new URL('http://localhost:7071/api/report');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await reportAnswer(
    {
      method: 'GET',
      url: url.href,
      headers: new Headers(),
      query: url.searchParams,
      params: {},
      text: () => Promise.resolve(''),
    },
    { read: () => Promise.resolve(whole) },
  );
  expect(answer.status).toBe(200);
  return String(answer.body);
}

/** Text of a page as people read it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/gu, '')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ');
}

function numberAt(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Written apart from what is tested: the worst verdict, and what an open critical finding makes of it. */
function shownAs(
  whole: Report,
  of: ClusterReport,
  { namespace, name, ports }: ServiceReport,
): string {
  const verdict = ports[0]?.verdict ?? 'unknown';
  const critical = whole.clusters
    .filter(({ id }) => id === of.id)
    .flatMap((each) => each.findings)
    .some(
      ({ severity, state, subject }) =>
        severity === 'critical' &&
        !['resolved', 'exempt'].includes(state) &&
        subject.kind === 'Service' &&
        subject.namespace === namespace &&
        subject.name === name,
    );
  return critical && ['even', 'uneven', 'unknown'].includes(verdict) ? 'critical' : verdict;
}

const headlineWords = {
  none: /(\d+) (?:Services? )?gets? no traffic/u,
  lost: /(\d+) (?:Services? )?loses? connections/u,
  starved: /(\d+) (?:Services? )?(?:has|have) pods that receive no traffic/u,
  critical: /(\d+) (?:Services? )?(?:has a|have) critical findings?/u,
  uneven: /(\d+) (?:Services? )?(?:is|are) uneven/u,
} as const;

/** Findings in all cells of the heat map; `undefined` where there is none. */
function heatOf(html: string): number | undefined {
  const heat = /id="fleet"[\s\S]*?<\/section>/u.exec(html)?.[0];
  return heat === undefined
    ? undefined
    : [...heat.matchAll(/class="n-\w+"><b>([\d,]+)/gu)].reduce(
        (sum, [, count = '']) => sum + Number(count.replaceAll(',', '')),
        0,
      );
}

type Numbers = Readonly<Record<string, number | undefined>>;

/** What the page says. */
function saidBy(html: string): Numbers {
  const text = textOf(html);
  const heading = textOf(/<h1[\s\S]*?<\/h1>/u.exec(html)?.[0] ?? '');
  const tiles = severities.flatMap((severity) => {
    const pattern = `<b>(\\d+)</b><span class="word">${severity}(?: of (\\d+))?<`;
    const [, own, all = own] = new RegExp(pattern, 'u').exec(html) ?? [];
    return [
      [severity, Number(own)],
      [`${severity} of the run`, Number(all)],
    ] as const;
  });
  return {
    ...Object.fromEntries(tiles),
    ...Object.fromEntries(
      Object.entries(headlineWords).map(([word, pattern]) => [
        word,
        numberAt(heading, pattern) ?? 0,
      ]),
    ),
    'in the heat map': heatOf(html),
    'services shown': numberAt(text, /(\d+) Services? on \d+ of \d+ clusters? shown/u),
    'of them even': numberAt(text, /(\d+) of them even/u),
    'even clusters': numberAt(text, /Traffic is even on (\d+) of \d+ clusters?\./u),
    'even Services of its cluster': numberAt(text, /Traffic is even on (\d+) of \d+ Services?\./u),
    'Services of its cluster': numberAt(text, /Traffic is even on \d+ of (\d+) Services?\./u),
    clusters: numberAt(text, /Traffic is even on \d+ of (\d+) cluster/u),
    'not scanned': numberAt(text, /(\d+) clusters? (?:was|were) not scanned/u) ?? 0,
    skipped: numberAt(text, /(\d+) clusters? (?:was|were) skipped/u) ?? 0,
    'show all': text.includes('Show all') ? 1 : 0,
  };
}

/**
 * What it has to say.
 * @param json The JSON of the same question, `all` of it without pages.
 */
function wantedOf(whole: Report, json: Report, all: Report, cut: boolean): Numbers {
  const shown = all.clusters.flatMap((each) =>
    each.services.map((one) => shownAs(whole, each, one)),
  );
  const count = (word: string): number => shown.filter((each) => each === word).length;
  const read = all.clusters.filter(({ result }) => result === 'complete' || result === 'partial');
  const one = all.clusters.length === 1 && whole.clusters.length > 1;
  const ofCluster = !cut && one && shown.length > 0;
  const skipped = all.clusters.filter(({ result }) => result === 'skipped' || result === 'gone');
  return {
    ...Object.fromEntries(
      severities.flatMap((severity) => [
        [severity, json.summary.findings[severity]],
        [`${severity} of the run`, whole.summary.findings[severity]],
      ]),
    ),
    ...Object.fromEntries(Object.keys(headlineWords).map((word) => [word, count(word)])),
    'in the heat map':
      all.clusters.length < 2
        ? undefined
        : severities.reduce((sum, severity) => sum + all.summary.findings[severity], 0),
    'services shown': cut ? shown.length : undefined,
    'of them even': cut && shown.length > 0 ? count('even') : undefined,
    'even clusters':
      cut || one ? undefined : all.clusters.filter((each) => isEven(whole, each)).length,
    'even Services of its cluster': ofCluster ? count('even') : undefined,
    'Services of its cluster': ofCluster ? shown.length : undefined,
    clusters: cut || one ? undefined : json.summary.clusters.planned,
    'not scanned': all.summary.clusters.planned - read.length - skipped.length,
    skipped: skipped.length,
  };
}

function isEven(whole: Report, each: ClusterReport): boolean {
  return (
    each.result === 'complete' &&
    each.services.length > 0 &&
    each.services.every((one) => shownAs(whole, each, one) === 'even') &&
    !each.findings.some(
      ({ severity, state }) =>
        severity === 'critical' && state !== 'resolved' && state !== 'exempt',
    )
  );
}

test('a page and the JSON of the same question give the same numbers, whatever is left out', async () => {
  await fc.assert(
    fc.asyncProperty(reports, queries, async (whole, query) => {
      const { page: _page, pageSize: _size, ...unpaged } = query;
      const jsonOf = async (asked: Readonly<Record<string, string>>): Promise<Report> =>
        JSON.parse(await ask(whole, { ...asked, format: 'json' })) as Report;
      const { cluster: _cluster, ...within } = unpaged;
      const cut = Object.keys(within).length > 0;
      const wanted = wantedOf(whole, await jsonOf(query), await jsonOf(unpaged), cut);
      expect(saidBy(await ask(whole, { ...query, format: 'html' }))).toEqual({
        ...wanted,
        'show all': Object.keys(query).length > 0 ? 1 : 0,
      });
    }),
    { numRuns: 150 },
  );
}, 60_000);
