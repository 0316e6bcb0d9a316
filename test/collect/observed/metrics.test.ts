import { describe, expect, test } from '@jest/globals';
import { metricsLimits } from '../../../shared/collect/live/limits.ts';
import { observedByGroup, readObservations } from '../../../shared/collect/index.ts';
import type { Clock } from '../../../shared/collect/live/clock.ts';
import { readMetrics } from '../../../shared/collect/observed/metrics.ts';
import type { LoadBalancerMetrics, Read } from '../../../shared/model/index.ts';
import { cluster, fleet, loadBalancer, service, subscription } from '../../../simulator/build.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { subscriptionId } from '../../simulator/ask.ts';
import { fakeClock } from '../../live/fake-clock.ts';
import { clusters } from '../../live/world.ts';
import { observedWorld, valueOf, type ObservedWorld } from './azure.ts';

const shop = (changes = {}) =>
  clusters({
    shop: {
      services: [
        service('shop/web', { connectionsPerMinute: 600 }),
        service('shop/dns', { ports: [{ port: 53, protocol: 'UDP' }], connectionsPerMinute: 60 }),
        service('shop/idle', { connectionsPerMinute: 0 }),
      ],
      ...changes,
    },
  });

/** Half past the hour, where the simulator's own time stands still. */
const clock: Clock = { ...fakeClock(), now: () => Date.parse('2026-11-23T06:30:20Z') };

async function ask(world: ObservedWorld): Promise<Read<readonly LoadBalancerMetrics[]>> {
  return await readMetrics({
    metrics: world.metrics,
    loadBalancers: world.loadBalancers.map((each) => ({
      loadBalancer: each,
      region: 'westeurope',
    })),
    clock,
  });
}

describe('metrics of a load balancer', () => {
  test('are what the service has, whatever it calls them', async () => {
    const [found] = valueOf(await ask(await observedWorld(shop())));
    expect(found?.until).toBe('2026-11-23T06:30:00.000Z');
    const traffic = valueOf(found?.traffic ?? { kind: 'unread', why: 'none' });
    const byPort = traffic.map(({ port, syns, packets }) => [port, syns.now, packets.now]);
    expect(byPort.toSorted((a, b) => Number(a[2]) - Number(b[2]))).toEqual([
      [80, 0, 0],
      [53, 0, 720],
      [80, 600, 7200],
    ]);
    const web = traffic.find(({ syns }) => syns.now === 600);
    expect(web?.syns).toEqual({
      now: 600,
      dayBefore: 540,
      weekBefore: 660,
      day: expect.any(Number),
      week: expect.closeTo(7 * 24 * 60 * 540, -6),
    });
    // 24 hours of the days before, and the present one.
    expect((web?.syns.day ?? 0) / 60 / 24).toBeGreaterThan(500);
    expect((web?.syns.day ?? 0) / 60 / 25).toBeLessThan(700);
    expect(traffic.find(({ packets }) => packets.now === 0)?.syns).toMatchObject({
      day: 0,
      week: 0,
    });
    expect(valueOf(found?.dataPath ?? { kind: 'unread', why: '' })).toContainEqual(
      expect.objectContaining({ percent: 100 }),
    );
    expect(valueOf(found?.snat ?? { kind: 'unread', why: '' })).toContainEqual({
      backendIp: '10.224.0.4',
      protocol: 'TCP',
      allocated: 1024,
      used: expect.closeTo(51.2),
    });
  });

  test('of Basic load balancers are not asked for', async () => {
    const world = await observedWorld(
      shop({ loadBalancerSku: 'basic', loadBalancers: [loadBalancer({ sku: 'Basic' })] }),
    );
    expect(await ask(world)).toEqual({ kind: 'read', value: [] });
    expect(world.simulator.log.count()).toBe(0);
  });

  test('are not asked for where they would be too large to be read', async () => {
    const world = await observedWorld(shop());
    const loadBalancers = world.loadBalancers.map((each) => ({
      ...each,
      rules: each.rules.flatMap((rule) => Array.from({ length: 50 }, () => rule)),
      backendPools: each.backendPools.map((pool) => ({
        ...pool,
        members: pool.members.flatMap((member) => Array.from({ length: 1000 }, () => member)),
      })),
    }));
    const [found] = valueOf(await ask({ ...world, loadBalancers }));
    expect(found?.probes).toMatchObject({
      kind: 'unread',
      why: expect.stringMatching(
        /^metrics DipAvailability: about \d{3} MB for one load balancer, more than 32 MB$/u,
      ),
    });
    expect(found?.traffic.kind).toBe('read');
    const queries = world.simulator.log.entries().map(({ query }) => query);
    expect(queries.some((query) => query.includes('VipAvailability'))).toBe(true);
    expect(queries.some((query) => query.includes('DipAvailability'))).toBe(false);
  });

  test('of 200 clusters (400 load balancers) take five calls a batch of fifty, and none goes to another host', async () => {
    const many = Array.from({ length: 200 }, (_, at) =>
      cluster(`c${at}`, {
        services: [service('shop/web'), service('shop/in', { internal: true })],
        loadBalancers: [loadBalancer(), loadBalancer({ internal: true })],
      }),
    );
    const world = await observedWorld(
      fleet({ subscriptions: [subscription(subscriptionId, 'Many', many)] }),
    );
    expect(world.loadBalancers).toHaveLength(400);
    const found = valueOf(await ask(world));
    expect(found.filter(({ traffic }) => traffic.kind === 'read')).toHaveLength(400);
    const asked = world.simulator.log.entries().filter(({ host }) => host !== '127.0.0.1');
    expect(asked).toHaveLength((5 * 400) / 50);
    expect(new Set(asked.map(({ host }) => host))).toEqual(
      new Set(['westeurope.metrics.monitor.azure.com']),
    );
  });
});

describe('an identity without the right', () => {
  test('is refused once, however many batches there are', async () => {
    const many = Array.from({ length: 60 }, (_, at) => cluster(`c${at}`));
    const world = await observedWorld(
      fleet({ subscriptions: [subscription(subscriptionId, 'Many', many)] }),
      { faults: [{ path: batch, action: { kind: 'forbid' } }] },
    );
    expect(await ask(world)).toMatchObject({ kind: 'unread', code: 'forbidden' });
    const asked = world.simulator.log.entries().filter(({ host }) => host !== '127.0.0.1');
    expect(asked).toHaveLength(5);
  });
});

const batch = 'metrics:getBatch';
const replaced = (body: (text: string) => string): FaultRule => ({
  path: batch,
  action: { kind: 'replace', body },
});

/** As many series as were asked for at most. */
function repeated(text: string): string {
  const series = /"timeseries":\[(\{.*?\]\})/u.exec(text)?.[1] ?? '';
  const many = Array.from({ length: 26 }, () => series).join(',');
  return text.replace(/"timeseries":\[.*?\]\}\]/u, `"timeseries":[${many}]`);
}

function gaps(text: string): string {
  return text.replaceAll(/,"(?:total|average)":[\d.]+/gu, '');
}

describe('metrics that cannot be used', () => {
  test.each<{ name: string; fault: FaultRule; why: RegExp }>([
    {
      name: 'no right',
      fault: { path: batch, action: { kind: 'forbid' } },
      why: /: 403, no right to simulated\/action; to grant it: .*Monitoring Reader/u,
    },
    {
      name: 'a redirect',
      fault: { path: batch, action: { kind: 'redirect', to: 'https://evil.example/' } },
      why: /metrics SYNCount/u,
    },
    { name: 'no JSON', fault: replaced(() => '<html>'), why: /not valid JSON/u },
    {
      name: 'a million series',
      fault: replaced(() => `{"values":[{"value":[${'{"data":[]},'.repeat(1_000_000)}{}]}]}`),
      why: /objects, lists and fields, more than \d+/u,
    },
    {
      name: 'a million points',
      fault: replaced(
        () => `{"values":[{"value":[{"timeseries":[{"data":[${'{},'.repeat(1_000_000)}{}]}]}]}]}`,
      ),
      why: /objects, lists and fields, more than \d+/u,
    },
    {
      name: 'NaN',
      fault: replaced((text) => text.replace(/"(?:total|average)":[^,}]+/u, '"total":NaN')),
      why: /not valid JSON/u,
    },
    {
      name: 'no load balancer',
      fault: replaced(() => '{"values":[]}'),
      why: /names none of the load bal/u,
    },
    {
      name: 'a list',
      fault: replaced(() => '[{"values":1}]'),
      why: /names none of the load balancers/u,
    },
    {
      name: 'a page for people',
      fault: { path: batch, action: { kind: 'status', status: 200, body: '<html>' } },
      why: /not valid JSON/u,
    },
    {
      name: 'more bytes than may be read',
      fault: { path: batch, action: { kind: 'endless' } },
      why: /larger than/u,
    },
    {
      name: 'deep nesting',
      fault: replaced(() => `${'['.repeat(100)}${']'.repeat(100)}`),
      why: /levels deep/u,
    },
    {
      name: 'another shape',
      fault: replaced(() => '{"values":[{"value":"none"}]}'),
      why: /metrics SYNCount/u,
    },
    {
      name: 'a list of values that is none',
      fault: replaced(() => '{"values":{"length":1}}'),
      why: /metrics/u,
    },
    {
      name: 'a wait of an hour',
      fault: { path: batch, action: { kind: 'throttle', retryAfter: '3600' } },
      why: /429/u,
    },
    {
      name: 'too many requests of the service as a whole',
      fault: { path: batch, action: { kind: 'status', status: 529, body: '' } },
      why: /529/u,
    },
  ])('$name: unread as a whole, in one line', async ({ fault, why }) => {
    const limits = { ...metricsLimits, tries: 1, maxPageBytes: 16 * 1024 * 1024 };
    const world = await observedWorld(shop(), { faults: [fault], limits });
    const answer = await ask(world);
    expect(answer).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
    expect(answer).toMatchObject({ why: expect.not.stringContaining('\n') });
    expect([...world.server.lookups()]).not.toContain('evil.example');
  });

  test.each<{ name: string; body: (text: string) => string; why: RegExp }>([
    {
      name: 'negative',
      body: (text) => text.replace(/"total":\d+/u, '"total":-1'),
      why: /a value that no metric has/u,
    },
    {
      name: 'larger than any',
      body: (text) => text.replace(/"total":\d+/u, '"total":1e300'),
      why: /a value that no metric has/u,
    },
    {
      name: 'not a number',
      body: (text) => text.replace(/"total":\d+/u, '"total":"NaN"'),
      why: /a value that no metric has/u,
    },
    {
      name: 'of 1970',
      body: (text) => text.replace(/"timeStamp":"[^"]+"/u, '"timeStamp":"1970-01-01T00:00:00Z"'),
      why: /another time than was asked for/u,
    },
    {
      name: 'of the year 9999',
      body: (text) => text.replace(/"timeStamp":"[^"]+"/u, '"timeStamp":"9999-12-31T23:59:59Z"'),
      why: /another time than was asked for/u,
    },
    {
      name: 'of no time',
      body: (text) => text.replace(/"timeStamp":"[^"]+"/u, '"timeStamp":"soon"'),
      why: /another time than was asked for/u,
    },
    {
      name: 'there twice',
      body: (text) => text.replace(/"data":\[(\{.*?\})/u, '"data":[$1,$1'),
      why: /SYNCount: a time twice/u,
    },
    {
      name: 'in a series that is there twice',
      body: (text) => text.replace(/"timeseries":\[(\{.*?\]\})/u, '"timeseries":[$1,$1'),
      why: /SYNCount: a series twice/u,
    },
    {
      name: 'of a load balancer that is there twice',
      body: (text) => text.replace(/"values":\[(.*)\]\}$/su, '"values":[$1,$1]}'),
      why: /a load balancer twice in one answer/u,
    },
    {
      name: 'of another load balancer',
      body: (text) => text.replace('loadbalancers/kubernetes"', 'loadbalancers/other"'),
      why: /names none of the load balancers/u,
    },
    {
      name: 'in no list',
      body: (text) => text.replace(/"data":\[.*?\]/u, '"data":{"length":3}'),
      why: /its points: not a list/u,
    },
    {
      name: 'of another metric',
      body: (text) => text.replaceAll('metrics/SYNCount', 'metrics/ByteCount'),
      why: /SYNCount: the answer lacks it/u,
    },
    {
      name: 'of a metric with an error',
      body: (text) => text.replace('"errorCode":"Success"', '"errorCode":"Timeout"'),
      why: /SYNCount: Timeout/u,
    },
  ])(
    'a value that is $name leaves the traffic unread, and the rest is read',
    async ({ body, why }) => {
      const world = await observedWorld(shop(), {
        faults: [{ ...replaced(body), path: 'PT1H' }],
      });
      const [found] = valueOf(await ask(world));
      expect(found?.traffic).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
      expect(found?.dataPath.kind).toBe('read');
    },
  );

  test('a list that may have been cut is unread: its length is what was asked for', async () => {
    const world = await observedWorld(shop(), {
      faults: [{ ...replaced(repeated), path: 'VipA' }],
    });
    const [found] = valueOf(await ask(world));
    expect(found?.dataPath).toMatchObject({
      kind: 'unread',
      why: 'VipAvailability: 26 series, and more may have been cut',
    });
    expect(found?.traffic.kind).toBe('read');
  });

  test('names in another language, and a dimension that nobody asked for, change nothing', async () => {
    const plain = await observedWorld(shop());
    const german = await observedWorld(shop(), {
      faults: [
        replaced((text) =>
          text
            .replaceAll(/"localizedValue":"[^"]*"/gu, '"localizedValue":"Häufigkeit"')
            .replaceAll('"metadatavalues":[', '"metadatavalues":[{"name":4,"value":"x"},'),
        ),
      ],
    });
    expect(valueOf(await ask(german))).toEqual(valueOf(await ask(plain)));
  });

  test('gaps are no zeros: neither a rate nor a week comes of them', async () => {
    const world = await observedWorld(shop(), { faults: [replaced(gaps)] });
    const [found] = valueOf(await ask(world));
    for (const { syns } of valueOf(found?.traffic ?? { kind: 'unread', why: '' }))
      expect(syns).toEqual({});
    for (const part of [found?.dataPath, found?.probes, found?.snat])
      expect(part).toEqual({ kind: 'unread', why: 'metrics: no value in the last hour' });
  });

  test('a cluster in a region that is not known is unread, and its neighbour is read', async () => {
    const two = [cluster('here'), cluster('there', { location: 'nowhere' })];
    const world = await observedWorld(
      fleet({ subscriptions: [subscription(subscriptionId, 'Two', two)] }),
    );
    const observed = observedByGroup(
      await readObservations({
        arm: world.arm,
        metrics: world.metrics,
        clock,
        subscriptionId,
        clusters: world.clusters,
        loadBalancers: { kind: 'read', value: world.loadBalancers },
      }),
    );
    const kinds = world.clusters.map(({ id, nodeResourceGroup, location }) => {
      const { loadBalancerMetrics } = observed(id, nodeResourceGroup);
      return [location, loadBalancerMetrics.kind];
    });
    expect(new Map(kinds as [string, string][])).toEqual(
      new Map([
        ['westeurope', 'read'],
        ['nowhere', 'unread'],
      ]),
    );
  });

  test.each(['evil.example/', 'westeurope.evil', 'WESTEUROPE', '', 'nowhere'])(
    'a region %j that is not in the list gets no request and no token',
    async (region) => {
      const world = await observedWorld(shop());
      const answer = await readMetrics({
        metrics: world.metrics,
        loadBalancers: world.loadBalancers.map((each) => ({ loadBalancer: each, region })),
        clock,
      });
      expect(answer).toMatchObject({
        kind: 'unread',
        why: expect.stringContaining('not a known region'),
      });
      expect(world.simulator.log.count()).toBe(0);
    },
  );
});
