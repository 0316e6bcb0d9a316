import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { contentTypeOf, formats, type Format, type Report } from '../../../shared/report/index.ts';
import type { HttpResponse, HttpRequest } from '../../../shared/service/http/response.ts';
import { withErrorResponse } from '../../../shared/service/http/error-response.ts';
import { reportAnswer } from '../../../shared/service/http/report.ts';
import { InputError } from '../../../shared/audit/input-error.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { StorageError } from '../../../shared/history/index.ts';
import { cluster, finding, report, service } from '../../report/builders.ts';
import { viewsIn } from '../../report/html/views-in.ts';

const whole = report([
  cluster({
    name: 'aks-app',
    id: '/subscriptions/s-1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-app',
    subscriptionId: 's-1',
    services: [
      service({ namespace: 'shop', name: 'web' }),
      service({ namespace: 'ops', name: 'api' }),
    ],
    findings: [
      finding({
        fingerprint: 'aaaaaaaaaaaaaaaa',
        rule: 'traffic/starved-endpoints',
        severity: 'critical',
        subject: { kind: 'Service', namespace: 'shop', name: 'web' },
      }),
      finding({
        fingerprint: 'bbbbbbbbbbbbbbbb',
        rule: 'placement/spread-not-enforced',
        severity: 'low',
        subject: { kind: 'Deployment', namespace: 'ops', name: 'api' },
      }),
    ],
  }),
  cluster({
    name: 'aks-other',
    id: '/subscriptions/s-2/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-other',
    subscriptionId: 's-2',
  }),
]);

function question(query: string, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  const url = new URL(`http://localhost:7071/api/report${query}`);
  return {
    method: 'GET',
    url: url.href,
    headers: new Headers(headers),
    query: url.searchParams,
    params: {},
    text: () => Promise.resolve(''),
  };
}

const shelf = {
  read: (runId?: string) =>
    Promise.resolve(runId === undefined || runId === whole.run.id ? whole : undefined),
};

function ask(query: string, headers?: Readonly<Record<string, string>>): Promise<HttpResponse> {
  return reportAnswer(question(query, headers), shelf);
}

async function reportOf(query: string): Promise<Report> {
  const answer = await ask(`?format=json&${query}`);
  expect(answer.status).toBe(200);
  return JSON.parse(String(answer.body)) as Report;
}

describe('GET /api/report', () => {
  test.each([
    { query: '', accept: 'text/html', type: 'text/html' },
    { query: '', accept: '*/*', type: 'text/html' },
    { query: '', accept: 'application/json', type: 'application/json' },
    { query: '?format=markdown', accept: 'application/json', type: 'text/markdown' },
    { query: '?format=csv', accept: '*/*', type: 'text/csv' },
    { query: '?format=text', accept: '*/*', type: 'text/plain' },
    { query: '?format=sarif', accept: '*/*', type: 'application/sarif+json' },
    { query: '?format=openmetrics', accept: '*/*', type: 'application/openmetrics-text' },
    { query: '?format=ndjson&code=key', accept: '*/*', type: 'application/x-ndjson' },
  ])('$query with Accept: $accept -> $type', async ({ query, accept, type }) => {
    const answer = await ask(query, { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain(type);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      etag: expect.stringMatching(/^"[\w-]+"$/u),
    });
    expect(answer.body).toContain('aks-app');
  });

  test('the page leads to the same part of the same run in every other format', async () => {
    const { body } = await ask('?namespace=shop&code=secret');
    const links = [...String(body).matchAll(/<a href="(\?[^"]*format[^"]*)">(\w+)<\/a>/gu)]
      .map(([, href = '', word = '']) => [
        word,
        href.replaceAll('&#38;', '&').replaceAll('&#61;', '='),
      ])
      .filter(([word = '']) => formats.some((format) => format === word));
    expect(links.map(([word]) => word)).toEqual(formats.filter((format) => format !== 'html'));
    for (const [word = '', href = ''] of links) {
      expect(href).not.toContain('secret');
      const answer = await ask(href);
      expect([word, answer.status]).toEqual([word, 200]);
      expect(answer.headers['content-type']).toBe(contentTypeOf(word as Format));
      expect(answer.body).not.toContain('ops/api');
    }
  });

  test.each([
    { query: '?format=xml', status: 400, says: 'format' },
    { query: '?severity=hihg', status: 400, says: 'did you mean high?' },
    { query: '?rule=traffic/starved', status: 400, says: 'rule' },
    { query: '?pods=3', status: 400, says: 'parameter' },
    { query: '?page=0', status: 400, says: 'page' },
    { query: '?page=1&pageSize=1001', status: 400, says: 'pageSize' },
    { query: `?cluster=${'x'.repeat(2001)}`, status: 400, says: 'longer' },
    { query: '?run=2020-01-01T00:00:00Z', status: 404, says: 'no completed run' },
    { query: '?cluster=aks-ap', status: 404, says: 'no cluster' },
    { query: '?subscription=s-3', status: 404, says: 'no cluster' },
    { query: '?finding=cccccccccccccccc', status: 404, says: 'no finding' },
  ])('$query -> $status', async ({ query, status, says }) => {
    const answer = await ask(query);
    expect(answer.status).toBe(status);
    expect(JSON.parse(String(answer.body))).toMatchObject({
      error: { message: expect.stringContaining(says) },
    });
  });

  test('an Accept header that nothing fits -> 406, and before the first run -> 404 with a hint', async () => {
    expect(await ask('', { accept: 'image/png' })).toMatchObject({ status: 406 });
    const empty = await reportAnswer(question(''), { read: () => Promise.resolve(undefined) });
    expect(empty.status).toBe(404);
    expect(empty.body).toContain('POST /api/audits');
  });

  test.each([
    { query: 'cluster=AKS-APP', clusters: 1, findings: 2, services: 2 },
    { query: 'subscription=S-2', clusters: 1, findings: 0, services: 0 },
    { query: 'namespace=shop', clusters: 2, findings: 1, services: 1 },
    { query: 'rule=placement', clusters: 2, findings: 1, services: 2 },
    { query: 'rule=traffic/starved-endpoints,placement', clusters: 2, findings: 2, services: 2 },
    { query: 'severity=critical,high', clusters: 2, findings: 1, services: 2 },
    { query: 'finding=aaaaaaaaaaaaaaaa', clusters: 2, findings: 1, services: 1 },
    { query: `run=${whole.run.id}`, clusters: 2, findings: 2, services: 2 },
  ])('$query', async ({ query, clusters, findings, services }) => {
    const part = await reportOf(query);
    expect(part.clusters).toHaveLength(clusters);
    expect(part.clusters.flatMap((each) => each.findings)).toHaveLength(findings);
    expect(part.clusters.flatMap((each) => each.services)).toHaveLength(services);
    const counted = Object.entries(part.summary.findings)
      .filter(([severity]) => severity !== 'exempt')
      .reduce((sum, [, count]) => sum + count, 0);
    expect(counted).toBe(findings);
  });

  test('pages of clusters lead to each other', async () => {
    const first = await ask('?format=json&page=1&pageSize=1&code=secret');
    expect(JSON.parse(String(first.body))).toMatchObject({ clusters: [{ name: 'aks-app' }] });
    expect(first.headers['link']).toContain('rel="next"');
    expect(first.headers['link']).not.toContain('secret');
    const second = await ask('?format=json&page=2&pageSize=1');
    expect(JSON.parse(String(second.body))).toMatchObject({ clusters: [{ name: 'aks-other' }] });
    expect(second.headers['link']).not.toContain('rel="next"');
  });

  test('who has the answer already hears 304, and only then', async () => {
    const { etag = '' } = (await ask('?format=json')).headers;
    const again = await ask('?format=json', { 'if-none-match': `W/${etag}, "x"` });
    expect(again.status).toBe(304);
    expect(again.body).toBeUndefined();
    expect((await ask('?format=csv', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('old links that people open', () => {
  const browser = { accept: 'text/html,application/xhtml+xml' };
  const run = (id: string): Report => ({ ...whole, run: { ...whole.run, id, startedAt: id } });
  const resolved = {
    ...whole,
    clusters: whole.clusters.map((each) => ({
      ...each,
      findings: each.findings.map((one) => ({
        ...one,
        state: 'resolved' as const,
        closed: 'fixed' as const,
      })),
    })),
  };
  const none = { ...run('2026-11-23T12:00:00Z'), clusters: [cluster({ name: 'aks-app' })] };
  const reports = new Map<string, Report>([
    ['2026-11-23T12:00:00Z', none],
    ['2026-11-23T06:00:00Z', { ...resolved, run: run('2026-11-23T06:00:00Z').run }],
    ['2026-11-23T00:00:00Z', run('2026-11-23T00:00:00Z')],
  ]);
  const reader = {
    read: (id = '2026-11-23T12:00:00Z') => Promise.resolve(reports.get(id)),
    runs: () => Promise.resolve([...reports.keys()].map((runId) => ({ runId, startedAt: runId }))),
  };
  const open = async (query: string): Promise<string> => {
    const answer = await reportAnswer(question(query, browser), reader);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('text/html');
    return String(answer.body).replaceAll(/<(style|script)[\s\S]*?<\/\1>/gu, '');
  };

  test('a finding that was resolved: when, why, and where it is still to be seen', async () => {
    const page = await open('?finding=aaaaaaaaaaaaaaaa');
    expect(page).toContain(
      'It was resolved in the run of 2026-11-23 06:00 UTC: the fault is gone.',
    );
    expect(page).toContain('run&#61;2026-11-23T06%3A00%3A00Z&finding=aaaaaaaaaaaaaaaa');
  });

  test('a finding that no run has', async () => {
    expect(await open('?finding=cccccccccccccccc')).toContain(
      'is in the 3 runs that were searched',
    );
  });

  test('a run that is not kept: the runs that are', async () => {
    const page = await open('?run=2020-01-01T00:00:00Z');
    expect(page).toContain('There is no completed run <code>2020-01-01T00:00:00Z</code>');
    expect(page.match(/<li><a href="\?format=html&run=2026/gu)).toHaveLength(3);
  });

  test.each(['?cluster=aks-ap', '?service=shop/none', '?subscription=s-3'])('%s', async (query) => {
    expect(await open(query)).toContain('Not in this run');
  });

  test('programs get the line that they had', async () => {
    const answer = await reportAnswer(question('?finding=cccccccccccccccc&format=json'), reader);
    expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code: 'not-in-run' } });
  });
});

async function pageText(query: string): Promise<string> {
  return String((await ask(`?format=html&${query}`)).body);
}

describe('pages by question', () => {
  test('one finding, one Service, what changed', async () => {
    expect(await pageText('finding=aaaaaaaaaaaaaaaa')).toContain(
      '<article class="finding-page sub"',
    );
    expect(await pageText('cluster=aks-app&service=shop/web')).toContain(
      '<article class="service-page sub"',
    );
    expect(await pageText('view=changes')).toContain('2 new since the previous run.');
  });

  test('an audit that was asked for just now has no address: its page holds all the others', async () => {
    const asked = { ...question('?format=html'), method: 'POST' };
    const body = String((await reportAnswer(asked, shelf)).body);
    expect(Object.keys(viewsIn(body))).toContain('finding=aaaaaaaaaaaaaaaa');
    expect(body).not.toContain('"?format');
  });

  test('the data that a page fetches is that of its question', async () => {
    const answer = await ask('?format=html&view=data&namespace=shop');
    const data = JSON.parse(inflateRawSync(answer.body as Uint8Array).toString('utf8')) as {
      findings: { print: readonly string[] };
    };
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(data.findings.print).toEqual(['aaaaaaaaaaaaaaaa']);
  });

  test.each([
    { query: '?format=json&view=changes', says: 'format=html only' },
    { query: '?format=html&view=chnges', says: 'did you mean changes?' },
  ])('$query -> 400', async ({ query, says }) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(says);
  });
});

describe('every handler answers', () => {
  const silent = logTo(() => undefined);

  test.each([
    { error: new Error('canary'), status: 500, code: 'internal' },
    { error: 'canary', status: 500, code: 'internal' },
    { error: new InputError('settings: canary'), status: 503, code: 'not-configured' },
    { error: new StorageError(503, 'storage: canary'), status: 503, code: 'storage' },
  ])('a handler that throws $error: $status, and nothing of the inside', async (row) => {
    const { error, status, code } = row;
    const answer = await withErrorResponse(question(''), silent, () => Promise.reject(error));
    expect(answer.status).toBe(status);
    expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code } });
    expect(answer.body).not.toContain('canary');
  });

  test('the log names each fault of the settings on a line of its own, and no query', async () => {
    const lines: string[] = [];
    const faults = Array.from({ length: 30 }, (_, index) => `SETTING_${index} is missing`);
    const url = 'http://localhost:7071/api/report?code=canary';
    const log = logTo((_level, line) => lines.push(line));
    await withErrorResponse({ method: 'GET', url }, log, () =>
      Promise.reject(new InputError(`settings: ${faults.join('; ')}`)),
    );
    expect(lines).toHaveLength(30);
    for (const fault of faults) expect(lines.join('\n')).toContain(fault);
    expect(lines.join('\n')).toContain('"path":"/api/report"');
    expect(lines.join('\n')).not.toContain('canary');
  });

  test('an address that is none harms nothing', async () => {
    const answer = await withErrorResponse({ method: 'GET', url: '//[' }, silent, () =>
      Promise.reject(new Error('x')),
    );
    expect(answer.status).toBe(500);
  });

  test('HEAD is GET without its body', async () => {
    const head = { ...question('?format=json'), method: 'HEAD' };
    const answer = await withErrorResponse(head, silent, () => reportAnswer(head, shelf));
    expect(answer).toMatchObject({ status: 200, headers: { etag: expect.any(String) } });
    expect(answer.body).toBeUndefined();
  });
});
