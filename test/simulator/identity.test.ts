import { describe, expect, test } from '@jest/globals';
import { aksServerApp, judgeToken, readToken } from '../../simulator/tokens.ts';
import { askJson } from './ask.ts';
import { oneCluster } from './one.ts';

const endpoint = 'http://127.0.0.1/msi/token';

async function asked(query: string, header?: string) {
  const { simulator } = oneCluster({}, { nowMs: () => 1_800_000_000_000 });
  const secret = header ?? simulator.identitySecret;
  return await askJson(simulator, `${endpoint}?${query}`, {
    token: null,
    headers: { 'x-identity-header': secret },
  });
}

const version = 'api-version=2019-08-01';

describe('the managed identity endpoint of App Service', () => {
  test.each([
    ['https://management.azure.com', 'arm'],
    ['https://management.azure.com/', 'arm'],
    [aksServerApp, 'aks'],
    ['https://vault.azure.net', 'other'],
  ])('a token for %s', async (resource, audience) => {
    const { status, body } = await asked(`resource=${encodeURIComponent(resource)}&${version}`);
    expect([status, body.token_type, body.resource]).toEqual([200, 'Bearer', resource]);
    expect(readToken(body.access_token)).toEqual({
      audience,
      resource,
      expiresAt: Number(body.expires_on),
    });
    expect(body.expires_on).toBe(String(1_800_000_000 + 24 * 3600));
  });

  test.each([
    ['the wrong header', `resource=a&${version}`, 'guess', 401],
    ['another version', 'resource=a&api-version=2017-09-01', undefined, 400],
    ['no resource', version, undefined, 400],
  ])('%s is refused', async (_, query, header, status) => {
    const answer = await asked(query, header);
    expect(answer.status).toBe(status);
    expect(answer.body.access_token).toBeUndefined();
  });

  test('is on loopback only', async () => {
    const { simulator, host } = oneCluster();
    const { status } = await askJson(simulator, `https://${host}/msi/token?resource=a&${version}`);
    expect(status).toBe(404);
  });
});

test('tokens are counted by resource, and no two are the same', () => {
  const { simulator } = oneCluster();
  const [one, two] = [simulator.identity.issue('a'), simulator.identity.issue('a')];
  simulator.identity.issue('b');
  expect(one).not.toBe(two);
  expect(Object.fromEntries(simulator.identity.issued())).toEqual({ a: 2, b: 1 });
});

test.each([
  ['Bearer ', 'invalid'],
  ['Bearer a.b.c', 'invalid'],
  ['Basic abc', 'missing'],
  [`Bearer x.${Buffer.from('[]').toString('base64url')}.y`, 'invalid'],
])('the header %j is judged %s', (header, verdict) => {
  const request = {
    method: 'GET',
    url: new URL('https://management.azure.com/'),
    headers: new Map([['authorization', header]]),
    body: '',
  };
  expect(judgeToken(request, 'arm', 0)).toBe(verdict);
});
