import { describe, expect, test } from '@jest/globals';
import { healthLimits } from '../../../shared/collect/live/limits.ts';
import { systemClock } from '../../../shared/collect/live/clock.ts';
import { readHealth } from '../../../shared/collect/observed/health.ts';
import type { ArmId, LoadBalancer, RuleHealth } from '../../../shared/model/index.ts';
import { deployment, nodesOfPool, pool, service, systemPool } from '../../../simulator/build.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { story } from '../../../simulator/fleets/story.ts';
import { fleet, subscription } from '../../../simulator/build.ts';
import { subscriptionId } from '../../simulator/ask.ts';
import { clusters } from '../../live/world.ts';
import { observedWorld, valueOf, type ObservedWorld } from './azure.ts';

const shop = (status = 200) =>
  clusters({
    shop: {
      pools: [systemPool(), pool('user', { count: 3, oddNodes: [{ index: 2, ready: 'False' }] })],
      services: [
        service('shop/web', {
          policy: 'Cluster',
          ports: [{ port: 80, status, probe: { protocol: 'Http' } }],
        }),
        service('shop/api'),
      ],
      workloads: [
        deployment('shop/web', nodesOfPool('user', 2)),
        deployment('shop/api', ['user-1']),
      ],
    },
  });

function rulesOf(loadBalancers: readonly LoadBalancer[]): readonly ArmId[] {
  return loadBalancers.flatMap(({ rules }) => rules.map(({ id }) => id));
}

async function ask(
  world: ObservedWorld,
  given: { readonly limitMs?: number; readonly polls?: number } = {},
) {
  return await readHealth({
    access: world.arm,
    ruleIds: rulesOf(world.loadBalancers),
    limitMs: given.limitMs ?? 10_000,
    clock: systemClock,
    limits: { ...healthLimits, polls: given.polls ?? healthLimits.polls, pollMs: 10 },
  });
}

/** Rules go by the uids of their Services: the probe of `shop/web` is its own, that of `shop/api` is not. */
async function webAndApi(world: ObservedWorld) {
  const found = valueOf(await ask(world));
  const own = new Set(
    world.loadBalancers.flatMap(({ rules }) =>
      rules
        .filter(({ name, probeId }) => probeId?.endsWith(name.toLowerCase()))
        .map(({ id }) => id),
    ),
  );
  return [
    found.find(({ ruleId }) => own.has(ruleId)),
    found.find(({ ruleId }) => !own.has(ruleId)),
  ];
}

function reasons({ backends }: RuleHealth): readonly string[] {
  return valueOf(backends).map(({ up, reason }) => `${up} ${reason}`);
}

describe('health of a rule', () => {
  test('comes by the operation that ARM names, one POST and its polls for each rule', async () => {
    const world = await observedWorld(shop());
    const [web, api] = await webAndApi(world);
    expect(web && reasons(web)).toEqual([
      'true Up_Probe_Success',
      'true Up_Probe_Success',
      'true Up_Probe_Success',
      'true Up_Probe_Success',
      'false Down_Probe_HttpNoResponse',
    ]);
    expect(api && reasons(api).filter((text) => text.startsWith('true'))).toHaveLength(1);
    expect([...world.simulator.log.counts()]).toEqual([
      [expect.stringMatching(/^POST .*\/loadBalancingRules\/\{ruleName\}\/health$/u), 2],
      [expect.stringMatching(/^GET .*\/operationResults\/\{operationId\}$/u), 2],
    ]);
  });

  test('of an application that answers 500 names the reason code', async () => {
    const [web] = await webAndApi(await observedWorld(shop(500)));
    expect(web && reasons(web)).toContain('false Down_Probe_HttpStatusCodeError');
    expect(web && reasons(web).some((text) => text.startsWith('true'))).toBe(false);
  });

  test('of the article is one backend, and it is up', async () => {
    const [first] = story();
    const world = await observedWorld(
      fleet({ subscriptions: [subscription(subscriptionId, 'Legacy', first ? [first] : [])] }),
    );
    const [echo] = valueOf(await ask(world));
    expect(echo && reasons(echo)).toEqual(['true Up_Probe_Success']);
  });

  test('without the right is unread as a whole, with what gives it, after one request', async () => {
    const denied = { ...shop().subscriptions[0], denied: ['health'] } as never;
    const world = await observedWorld({ ...shop(), subscriptions: [denied] });
    const answer = await ask(world);
    expect(answer).toMatchObject({
      kind: 'unread',
      why: expect.stringMatching(
        /: 403, no right to Microsoft\.Network\/\S+\/health\/action; to grant it: .*Evenkeel Health Reader/u,
      ),
    });
  });
});

const health = '/health?';
const results = '/operationResults/';
const answered = (body: string): FaultRule => ({
  path: results,
  action: { kind: 'status', status: 200, contentType: 'application/json', body },
});

const evil = 'https://evil.example/';
const html = '<html><body>Sign in</body></html>';

describe('an answer that leads elsewhere or cannot be used', () => {
  test.each<{ name: string; fault: FaultRule; why: RegExp; polls?: number; limitMs?: number }>([
    {
      name: 'another host',
      fault: { path: health, action: { kind: 'location', to: 'https://evil.example/x' } },
      why: /redirects to https:\/\/evil\.example/u,
    },
    {
      name: 'the same host over plain HTTP',
      fault: { path: health, action: { kind: 'location', to: 'http://management.azure.com/x' } },
      why: /redirects to http:\/\/management\.azure\.com/u,
    },
    {
      name: 'another path of ARM',
      fault: {
        path: health,
        action: {
          kind: 'location',
          to: 'https://management.azure.com/subscriptions/x/providers/Microsoft.KeyVault/vaults?api-version=1',
        },
      },
      why: /leads to \/subscriptions\/x\/providers\/Microsoft\.KeyVault/u,
    },
    {
      name: 'an operation of another subscription',
      fault: {
        path: health,
        action: {
          kind: 'location',
          to: 'https://management.azure.com/subscriptions/00000000-0000-0000-0000-00000000ffff/providers/Microsoft.Network/locations/x/operationResults/y?api-version=1',
        },
      },
      why: /leads to \/subscriptions\/0+-/u,
    },
    {
      name: 'an operation that never ends',
      fault: { path: results, action: { kind: 'status', status: 202, body: '' } },
      why: /did not finish after 5 polls/u,
      polls: 5,
    },
    {
      name: 'an operation that is the question itself',
      fault: {
        path: health,
        action: {
          kind: 'location',
          to: 'https://management.azure.com/subscriptions/x/loadBalancingRules/y/health?api-version=1',
        },
      },
      why: /leads to \/subscriptions\/x\/loadBalancingRules\/y\/health/u,
    },
    ...[health, results].flatMap((path) => [
      {
        name: `429 for ever from ${path}`,
        fault: { path, action: { kind: 'throttle', retryAfter: '0' } as const },
        why: /429/u,
      },
      {
        name: `529 for ever from ${path}`,
        fault: { path, action: { kind: 'status', status: 529, body: '' } as const },
        why: /529|no answer within 0\.3 s/u,
        limitMs: 300,
      },
      {
        name: `a page in place of data from ${path}`,
        fault: { path, action: { kind: 'status', status: 200, body: html } as const },
        why: /not valid JSON/u,
      },
      {
        name: `a body without an end from ${path}`,
        fault: { path, action: { kind: 'endless' } as const },
        why: /larger than/u,
      },
      {
        name: `a redirect to another host from ${path}`,
        fault: { path, action: { kind: 'redirect', to: evil } as const },
        why: /health of rule/u,
      },
    ]),
    {
      name: 'a wait of eleven days',
      fault: { path: health, action: { kind: 'retry-after', value: '999999' } },
      why: /requests a wait of more than 30 s/u,
    },
    {
      name: 'a rule that is gone',
      fault: {
        path: health,
        action: { kind: 'status', status: 404, contentType: 'application/json', body: '{}' },
      },
      why: /404/u,
    },
    {
      name: '100,000 backends',
      fault: answered(
        `{"loadBalancerBackendAddresses":[${'{"ipAddress":"10.0.0.1","state":"Up"},'.repeat(99_999)}{}]}`,
      ),
      why: /more than 10000 backends/u,
    },
    {
      name: 'a wait until the year 9999',
      fault: {
        path: health,
        action: { kind: 'retry-after', value: 'Fri, 31 Dec 9999 23:59:59 GMT' },
      },
      why: /requests a wait of more than 30 s/u,
    },
    { name: 'no JSON', fault: answered('<html>'), why: /not valid JSON/u },
    { name: 'no backends', fault: answered('{"up":0,"down":0}'), why: /names no backend/u },
    {
      name: 'a list that is none',
      fault: answered('{"loadBalancerBackendAddresses":{"length":3}}'),
      why: /health of rule/u,
    },
    {
      name: 'deep nesting',
      fault: answered(`${'['.repeat(100)}${']'.repeat(100)}`),
      why: /levels deep/u,
    },
  ])('$name: not verified, in one line', async ({ fault, why, ...given }) => {
    const world = await observedWorld(shop(), { faults: [fault] });
    const found = valueOf(await ask(world, given));
    expect(found).toHaveLength(2);
    for (const { backends } of found) {
      expect(backends).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
      expect(backends).toMatchObject({ why: expect.not.stringContaining('\n') });
    }
    // Of each rule the question and five more, be they tries or polls.
    expect(world.simulator.log.count()).toBeLessThanOrEqual(2 * 6);
    const hosts = new Set(world.simulator.log.entries().map(({ host }) => host));
    expect([...hosts]).toEqual(['management.azure.com']);
    expect([...world.server.lookups()]).not.toContain('evil.example');
  });

  test('an operation that leads to another for ever is left after its polls', async () => {
    const world = await observedWorld(shop());
    const [first = ''] = rulesOf(world.loadBalancers);
    const [group, loadBalancer, rule] = [4, 8, 10].map((at) => first.split('/')[at]);
    const another = Buffer.from(JSON.stringify([group, loadBalancer, rule, 1_000_000]));
    const to = `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/westeurope/operationResults/${another.toString('base64url')}?api-version=1`;
    world.simulator.faults.set([{ path: health, action: { kind: 'location', to } }]);
    const found = valueOf(await ask(world, { polls: 5 }));
    for (const { backends } of found)
      expect(backends).toMatchObject({ why: expect.stringContaining('finish after 5 polls') });
    const paths = world.simulator.log.entries().map(({ path }) => path);
    expect(new Set(paths).size).toBe(2 + 5);
  });

  test('a wait that lies in the past is none', async () => {
    const faults = [{ path: health, action: { kind: 'retry-after', value: '-5' } as const }];
    const found = valueOf(await ask(await observedWorld(shop(), { faults })));
    expect(found.map(({ backends }) => backends.kind)).toEqual(['read', 'read']);
  });

  test('states that Azure does not define say nothing about a backend', async () => {
    const rows = [
      { ipAddress: '10.0.0.1', state: 'Up', reason: 'Up_Probe_Success' },
      { ipAddress: '10.0.0.2', state: 'Up', reason: 'NA' },
      { ipAddress: '10.0.0.3', state: 'Sideways', reason: 'a b' },
      { ipAddress: '', state: 'Down' },
      { ipAddress: '10.0.0.4' },
      { ipAddress: '10.0.0.5', state: 'Up', reason: 'Down_Probe_HttpNoResponse' },
      { ipAddress: '10.0.0.6', state: 'Down', reason: 'Up_Admin' },
    ];
    const body = JSON.stringify({ loadBalancerBackendAddresses: rows });
    const [one] = valueOf(await ask(await observedWorld(shop(), { faults: [answered(body)] })));
    expect(one && valueOf(one.backends)).toEqual([
      { ip: '10.0.0.1', up: true, reason: 'Up_Probe_Success' },
      { ip: '10.0.0.2', reason: 'NA' },
      { ip: '10.0.0.3' },
      { ip: '10.0.0.4' },
      { ip: '10.0.0.5', reason: 'Down_Probe_HttpNoResponse' },
      { ip: '10.0.0.6', reason: 'Up_Admin' },
    ]);
  });

  test('is given up at the end of its time', async () => {
    const faults = [{ path: results, action: { kind: 'hang' } as const }];
    const found = valueOf(await ask(await observedWorld(shop(), { faults }), { limitMs: 500 }));
    expect(found.map(({ backends }) => backends)).toEqual([
      expect.objectContaining({ why: expect.stringContaining('no answer within 0.5 s') }),
      expect.objectContaining({ why: expect.stringContaining('no answer within 0.5 s') }),
    ]);
  });
});
