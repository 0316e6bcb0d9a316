import { describe, expect, test } from '@jest/globals';
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

const results = ['complete', 'complete', 'complete', 'partial', 'denied', 'gone'] as const;

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
  starved: /(\d+) (?:Services? )?starves? pods/u,
  critical: /(\d+) (?:Services? )?(?:has a|have) critical findings?/u,
  uneven: /(\d+) (?:Services? )?(?:is|are) uneven/u,
} as const;

describe('a page and the JSON of the same question', () => {
  test('give the same numbers, whatever is left out', async () => {
    await fc.assert(
      fc.asyncProperty(reports, queries, async (whole, query) => {
        const json = JSON.parse(await ask(whole, { ...query, format: 'json' })) as Report;
        const { page: _page, pageSize: _size, ...unpaged } = query;
        const all = JSON.parse(await ask(whole, { ...unpaged, format: 'json' })) as Report;
        const html = await ask(whole, { ...query, format: 'html' });
        const text = textOf(html);
        const heading = textOf(/<h1[\s\S]*?<\/h1>/u.exec(html)?.[0] ?? '');

        for (const severity of severities) {
          const tile = new RegExp(
            `<b>(\\d+)</b><span class="word">${severity}(?: of (\\d+))?<`,
            'u',
          ).exec(html);
          expect([severity, Number(tile?.[1])]).toEqual([
            severity,
            json.summary.findings[severity],
          ]);
          expect(Number(tile?.[2] ?? tile?.[1])).toBe(whole.summary.findings[severity]);
        }

        const shown = all.clusters.flatMap((each) =>
          each.services.map((one) => shownAs(whole, each, one)),
        );
        for (const [word, pattern] of Object.entries(headlineWords))
          expect([word, numberAt(heading, pattern) ?? 0]).toEqual([
            word,
            shown.filter((each) => each === word).length,
          ]);

        const cut = Object.keys(unpaged).length > 0;
        if (cut) {
          expect(numberAt(text, /(\d+) Services? on \d+ of \d+ clusters? shown/u)).toBe(
            shown.length,
          );
          expect(text).toContain('Show all');
          expect(text).not.toContain('Traffic is even on');
          if (shown.length > 0)
            expect(numberAt(text, /(\d+) of them even/u)).toBe(
              shown.filter((each) => each === 'even').length,
            );
        } else {
          expect(numberAt(text, /Traffic is even on \d+ of (\d+) cluster/u)).toBe(
            json.summary.clusters.planned,
          );
          expect(numberAt(text, /Traffic is even on (\d+) of/u)).toBe(
            whole.clusters.filter(
              (each) =>
                each.result === 'complete' &&
                each.services.length > 0 &&
                each.services.every((one) => shownAs(whole, each, one) === 'even') &&
                !each.findings.some(
                  ({ severity, state }) =>
                    severity === 'critical' && !['resolved', 'exempt'].includes(state),
                ),
            ).length,
          );
        }
        const read = all.clusters.filter(({ result }) =>
          ['complete', 'partial'].includes(result),
        ).length;
        expect(numberAt(text, /(\d+) clusters? (?:was|were) not scanned/u) ?? 0).toBe(
          all.summary.clusters.planned - read,
        );
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
