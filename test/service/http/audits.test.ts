import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../shared/report/index.ts';
import type { RunRequest } from '../../../shared/service/engine/run-request.ts';
import type { HttpResponse, HttpRequest } from '../../../shared/service/http/response.ts';
import { auditProgress, startAudit } from '../../../shared/service/http/audits.ts';
import { healthAnswer } from '../../../shared/service/http/health.ts';
import { InputError } from '../../../shared/audit/input-error.ts';
import type { Service } from '../../../shared/service/service.ts';
import { StorageError, type RunPlan, type Progress } from '../../../shared/history/index.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { runStorage } from '../engine/driver.ts';
import { cluster, report } from '../../report/builders.ts';

function question(
  body: string,
  query = '',
  params: Readonly<Record<string, string>> = {},
): HttpRequest {
  const url = new URL(`http://localhost:7071/api/audits${query}`);
  return {
    method: 'POST',
    url: url.href,
    headers: new Headers(),
    query: url.searchParams,
    params,
    text: () => Promise.resolve(body),
  };
}

const planned: RunPlan = {
  runId: 'r1',
  trigger: 'http',
  fleet: false,
  notify: false,
  startedAt: '2026-11-23T06:00:00Z',
  deadline: '2026-11-23T08:00:00Z',
  engineVersion: '0.1.0',
  clusters: [{ id: '/c/aks', name: 'aks-app' }],
  subscriptions: [{ id: 's-1', listed: true }],
  excluded: [],
  notes: [],
};

interface Started {
  readonly answer: HttpResponse;
  readonly request: RunRequest | undefined;
  readonly waited: boolean;
}

async function post(
  body: unknown,
  query = '',
  outcome: {
    readonly plan?: RunPlan;
    readonly report?: Report;
    readonly open?: readonly string[];
    /** All places are taken. */
    readonly full?: boolean;
    readonly now?: string;
  } = {},
): Promise<Started> {
  let request: RunRequest | undefined;
  let waited = false;
  const answer = await startAudit(
    question(typeof body === 'string' ? body : JSON.stringify(body), query),
    {
      now: () => new Date(outcome.now ?? '2026-11-23T06:00:00.123Z'),
      openRuns: () => Promise.resolve((outcome.open ?? []).map((runId) => ({ runId }))),
      takeSlot: () => Promise.resolve(outcome.full !== true),
      start(given, wait) {
        request = given;
        waited = wait;
        const { plan = planned, report: made } = outcome;
        return Promise.resolve({ plan, ...(made !== undefined && { report: made }) });
      },
    },
  );
  return { answer, request, waited };
}

async function idOf(body: object, query = '', outcome = {}): Promise<string | undefined> {
  return (await post(body, query, outcome)).request?.runId;
}

const auditOne = () => Promise.resolve({ report: report([cluster({ name: 'aks-app' })]) });

describe('POST /api/audits', () => {
  test('202 with the place to ask, and Slack hears nothing unless asked', async () => {
    const { answer, request, waited } = await post({ clusters: ['aks-app'] });
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: '/api/audits/r1' },
    });
    expect(request).toMatchObject({ trigger: 'http', notify: false, clusters: ['aks-app'] });
    expect(request?.runId).toMatch(/^20261123T060000Z-[0-9a-f]{16}$/u);
    expect(waited).toBe(false);
  });

  test('the same clusters within five minutes are the same run, in whatever order and case', async () => {
    const id = await idOf({ clusters: ['a', 'b'] });
    expect(await idOf({ clusters: ['B', 'a', 'a'] }, '', { now: '2026-11-23T06:04:59Z' })).toBe(id);
    expect(await idOf({ clusters: ['a', 'b'] }, '', { now: '2026-11-23T06:05:00Z' })).not.toBe(id);
    expect(await idOf({ clusters: ['a', 'c'] })).not.toBe(id);
    expect(await idOf({ clusters: ['a'], subscriptions: ['b'] })).not.toBe(id);
    expect(await idOf({ clusters: ['a', 'b'], notify: true })).not.toBe(id);
  });

  test('verify=true asks Azure for the health of all backends, and is another run', async () => {
    const { request } = await post({ clusters: ['a'], verify: true });
    expect(request).toMatchObject({ verify: true });
    expect((await post({ clusters: ['a'] }, '?verify=true')).request).toEqual(request);
    expect((await post({ clusters: ['a'] })).request).not.toHaveProperty('verify');
    expect(await idOf({ clusters: ['a'] })).not.toBe(request?.runId);
  });

  test('a run of the same that is still going is the run, however old', async () => {
    const id = (await idOf({ clusters: ['a'] })) ?? '';
    const later = { now: '2026-11-23T07:00:00Z', open: ['2026-11-23T06:00:00Z', id] };
    expect(await idOf({ clusters: ['a'] }, '', later)).toBe(id);
    expect(await idOf({ clusters: ['b'] }, '', later)).not.toBe(id);
  });

  test('one too many is refused; who asks for one that is going is not', async () => {
    const { answer, request } = await post({ clusters: ['x'] }, '', { full: true });
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(request).toBeUndefined();
    const open = [(await idOf({ clusters: ['c3'] })) ?? ''];
    expect((await post({ clusters: ['c3'] }, '', { open, full: true })).answer.status).toBe(202);
  });

  test('the same clusters by other names are the run that goes on already', async () => {
    const { answer } = await post({ clusters: ['aks-app'] }, '', { plan: planned });
    expect(answer.headers).toMatchObject({ location: '/api/audits/r1' });
  });

  test('notify by query or body', async () => {
    expect((await post({ clusters: ['a'] }, '?notify=true')).request?.notify).toBe(true);
    expect((await post({ clusters: ['a'], notify: true })).request?.notify).toBe(true);
  });

  test('wait=true answers with the report, in the format asked for', async () => {
    const done = report([cluster({ name: 'aks-app' })]);
    const { answer, waited } = await post({ clusters: ['aks-app'] }, '?wait=true&format=markdown', {
      report: done,
    });
    expect(waited).toBe(true);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/markdown');
    expect(answer.body).toContain('# ');
  });

  test('wait=true that takes too long answers as without it', async () => {
    expect((await post({ clusters: ['aks-app'] }, '?wait=true')).answer.status).toBe(202);
  });

  test.each([
    { name: 'no JSON', body: '{', query: '', status: 400, says: 'not valid JSON' },
    { name: 'nothing named', body: '', query: '', status: 400, says: 'specify clusters' },
    {
      name: 'an empty list',
      body: { clusters: [] },
      query: '',
      status: 400,
      says: 'specify clusters',
    },
    { name: 'a field too many', body: { cluster: ['a'] }, query: '', status: 400, says: 'cluster' },
    { name: 'numbers', body: { clusters: [1] }, query: '', status: 400, says: 'clusters.0' },
    { name: 'a list', body: '[]', query: '', status: 400, says: 'object' },
    {
      name: 'a name without end',
      body: { clusters: ['x'.repeat(2000)] },
      query: '',
      status: 400,
      says: 'clusters.0',
    },
    {
      name: 'too many',
      body: { clusters: Array.from({ length: 300 }, () => 'a') },
      query: '',
      status: 400,
      says: 'clusters',
    },
    {
      name: 'too large',
      body: JSON.stringify({ clusters: ['x'.repeat(70_000)] }),
      query: '',
      status: 413,
      says: 'larger',
    },
    {
      name: 'wait=maybe',
      body: { clusters: ['a'] },
      query: '?wait=maybe',
      status: 400,
      says: 'wait is true',
    },
    {
      name: 'notify=1',
      body: { clusters: ['a'] },
      query: '?notify=1',
      status: 400,
      says: 'notify is true',
    },
    {
      name: 'another format',
      body: { clusters: ['a'] },
      query: '?format=pdf',
      status: 400,
      says: 'pdf',
    },
    {
      name: 'another format to wait for',
      body: { clusters: ['a'] },
      query: '?wait=true&format=pdf',
      status: 400,
      says: 'pdf',
    },
    {
      name: 'another parameter',
      body: { clusters: ['a'] },
      query: '?wiat=true',
      status: 400,
      says: 'wiat',
    },
    {
      name: 'wait for two',
      body: { clusters: ['a', 'b'] },
      query: '?wait=true',
      status: 400,
      says: 'exactly one',
    },
  ])('$name -> $status', async ({ body, query, status, says }) => {
    const { answer, request } = await post(body, query);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(says);
    expect(request).toBeUndefined();
  });

  test('no such cluster -> 404; subscriptions that cannot be read -> 502 with the reason', async () => {
    const none = { ...planned, clusters: [] };
    expect((await post({ clusters: ['x'] }, '', { plan: none })).answer.status).toBe(404);
    const unread = { ...none, subscriptions: [{ id: 's-1', listed: false, why: '403 no Reader' }] };
    const { answer } = await post({ subscriptions: ['s-1'] }, '', { plan: unread });
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('s-1: 403 no Reader');
  });
});

describe('GET /api/audits/{id}', () => {
  const progress: Progress = {
    planned: 3,
    done: 2,
    byResult: { complete: 1, denied: 1 },
    late: 0,
    sealing: false,
  };
  const ask = (id: string, isSealed: boolean): Promise<HttpResponse> =>
    auditProgress(question('', '', { id }), {
      readPlan: (runId) => Promise.resolve(runId === 'r1' ? planned : undefined),
      openRuns: () =>
        Promise.resolve([
          { ...planned, runId: 'r1' },
          { ...planned, runId: 'r3' },
        ]),
      progress: () => Promise.resolve(progress),
      isSealed: () => Promise.resolve(isSealed),
    });

  test('running, then sealed with the place of the report', async () => {
    expect(JSON.parse(String((await ask('r1', false)).body))).toEqual({
      id: 'r1',
      state: 'running',
      startedAt: planned.startedAt,
      planned: 3,
      done: 2,
      failed: 1,
    });
    expect(JSON.parse(String((await ask('r1', true)).body))).toMatchObject({
      state: 'sealed',
      report: '/api/report?run=r1',
    });
  });

  test('its subscriptions are still being listed: planning', async () => {
    expect(JSON.parse(String((await ask('r3', false)).body))).toEqual({
      id: 'r3',
      state: 'planning',
      startedAt: planned.startedAt,
      planned: 0,
      done: 0,
      failed: 0,
    });
  });

  test.each(['r2', '../state', '', 'x'.repeat(100)])('%j -> 404', async (id) => {
    expect((await ask(id, false)).status).toBe(404);
  });
});

describe('GET /api/health', () => {
  const context = { env: {}, now: () => new Date() };
  const settings = {
    schedule: '0 0 */6 * * *',
    subscriptions: 'all',
    engine: 'inline',
    allowPrivateClusters: false,
    cloud: 'AzurePublic',
    slack: {},
    storage: { kind: 'connection-string', connectionString: '' },
  } as const;

  test('before the first run: 200, and says so', async () => {
    const store = memoryStore();
    const answer = await health(() =>
      Promise.resolve({ context, settings, storage: runStorage(store), store, worker: 'w' }),
    );
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.body))).toMatchObject({
      status: 'degraded',
      degraded: ['no-run-yet'],
    });
  });

  test.each([
    { name: 'all was read', result: 'complete', reason: undefined, rightsMissing: undefined },
    { name: 'refused', result: 'denied', reason: 'canary', rightsMissing: true },
    {
      name: 'one list refused',
      result: 'partial',
      reason: 'loadBalancers: /subscriptions/s-1/loadBalancers: 403 canary',
      rightsMissing: true,
    },
    {
      name: 'not reached',
      result: 'unreachable',
      reason: 'no connection',
      rightsMissing: undefined,
    },
  ] as const)(
    '$name -> rights missing: $rightsMissing',
    async ({ result, reason, rightsMissing }) => {
      const store = memoryStore();
      const storage = runStorage(store);
      await storage.createPlan({ ...planned, fleet: true });
      const clusters = [
        { ...cluster({ name: 'aks-app' }), result, ...(reason !== undefined && { reason }) },
      ];
      const now = '2026-11-23T06:30:00Z';
      const work = () => Promise.resolve({ report: report(clusters) });
      await storage.sealRun('r1', { taker: 'w', now, work });
      const answer = await health(() =>
        Promise.resolve({ context, settings, storage, store, worker: 'w' }),
      );
      const body = JSON.parse(String(answer.body)) as { readonly rightsMissing?: boolean };
      expect(body).toMatchObject({ status: 'ok', lastRun: { id: 'r1', ageSeconds: 1800 } });
      expect(body.rightsMissing).toBe(rightsMissing);
      expect(answer.body).not.toContain('canary');
    },
  );

  test('a run that a host with a fast clock sealed is no second old, not minus ten minutes', async () => {
    const store = memoryStore();
    const storage = runStorage(store);
    await storage.createPlan({ ...planned, fleet: true });
    await storage.sealRun('r1', { taker: 'w', now: '2026-11-23T07:10:00Z', work: auditOne });
    const answer = await health(() =>
      Promise.resolve({ context, settings, storage, store, worker: 'w' }),
    );
    expect(JSON.parse(String(answer.body))).toMatchObject({ lastRun: { ageSeconds: 0 } });
  });

  test.each([
    { name: 'settings', error: new InputError('settings: canary'), reason: 'settings' },
    { name: 'storage', error: new StorageError(403, 'storage: canary'), reason: 'storage' },
  ])('$name that fail: 503, one word, and nothing of the inside', async ({ error, reason }) => {
    const told: unknown[] = [];
    const answer = await health(
      () => Promise.reject(error),
      (each) => told.push(each),
    );
    expect(answer.status).toBe(503);
    expect(told).toEqual([error]);
    expect(JSON.parse(String(answer.body))).toMatchObject({ status: 'down', degraded: [reason] });
    expect(answer.body).not.toContain('canary');
  });
});

function health(
  open: () => Promise<Service>,
  tell: (error: unknown) => void = () => undefined,
): Promise<HttpResponse> {
  return healthAnswer({ open, now: () => new Date('2026-11-23T07:00:00Z'), onFailure: tell });
}
