import { describe, expect, test } from '@jest/globals';
import { onPreflight } from '../../shared/service/on-preflight.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { useAzurite } from '../support/storage.ts';
import { question, serviceWorld } from './service-world.ts';

const azurite = useAzurite();
const one = '00000000-0000-0000-0000-0000000000a1';
const other = '00000000-0000-0000-0000-0000000000a2';
const whole = fleet({
  subscriptions: [
    subscription(one, 'One', [
      cluster('shop', { access: { azureRbac: true, denied: ['nodes'] } }),
      cluster('till'),
    ]),
    subscription(other, 'Two', [cluster('elsewhere')]),
  ],
});
const settings = { EVENKEEL_SUBSCRIPTIONS: one };

async function ask(query: string, env: Readonly<Record<string, string>> = {}) {
  const world = await serviceWorld(azurite.connectionString(), whole, { ...settings, ...env });
  const answer = await onPreflight(world.app, question(`/api/preflight${query}`));
  return { ...answer, body: String(answer.body) };
}

describe('GET /api/preflight', () => {
  test('what the identity may not read, each with the command that grants it; nothing beyond the settings', async () => {
    const { status, headers, body } = await ask('');
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
    });
    const { rows, grants } = JSON.parse(body) as {
      rows: { cluster?: string; what: string; state: string }[];
      grants: { command: string; for: string[] }[];
    };
    expect(rows.filter(({ state }) => state === 'missing').map(({ what }) => what)).toEqual([
      'nodes',
    ]);
    expect(grants).toEqual([
      { command: expect.stringContaining('az role assignment create'), for: ['nodes of shop'] },
    ]);
    expect(new Set(rows.map((row) => row.cluster))).toEqual(new Set([undefined, 'shop', 'till']));
  }, 60_000);

  test('as a table', async () => {
    const { status, body } = await ask('?format=text&cluster=shop');
    expect(status).toBe(200);
    expect(body).toMatch(/nodes +NO +403/u);
    expect(body).toContain('Commands that grant the missing permissions:');
    expect(body).not.toContain('till');
  }, 60_000);

  test.each([
    { query: `?subscription=${other}`, status: 404, code: 'not-found' },
    { query: '?cluster=elsewhere', status: 404, code: 'not-found' },
    { query: '?cluster=/etc/passwd', status: 400, code: 'bad-request' },
    { query: '?subscription=all', status: 400, code: 'bad-request' },
    { query: '?format=html', status: 400, code: 'bad-request' },
    { query: '?shell=1', status: 400, code: 'bad-request' },
  ])(
    '$query -> $status',
    async ({ query, status, code }) => {
      const answer = await ask(query);
      expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toMatchObject({
        status,
        body: { error: { code } },
      });
    },
    60_000,
  );

  test('asked of two apps at once, each answers of its own clusters', async () => {
    const [first, second] = await Promise.all([
      ask(''),
      ask('', { EVENKEEL_SUBSCRIPTIONS: other }),
    ]);
    expect(first.body).toContain('shop');
    expect(second.body).toContain('elsewhere');
    expect(second.body).not.toContain('shop');
  }, 60_000);

  test('where people sign in it takes the role that may start audits', async () => {
    const { status } = await ask('', { WEBSITE_AUTH_ENABLED: 'true' });
    expect(status).toBe(401);
  }, 60_000);
});
