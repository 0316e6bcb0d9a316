import { describe, expect, test } from '@jest/globals';
import { cloudOf } from '../../shared/collect/live/clouds.ts';
import { pinnedTransport, type PinnedServer } from '../../shared/collect/live/pinned.ts';
import {
  aksTokens,
  armTokens,
  type ArmToken,
  type TokenSource,
} from '../../shared/collect/live/tokens.ts';
import { fakeClock } from './fake-clock.ts';
import { fakeCredential } from './fake-credential.ts';

const cloud = cloudOf('AzurePublic');
const cluster = new URL('https://a.hcp.westeurope.azmk8s.io/api/v1/nodes');
const arm = new URL('https://management.azure.com/subscriptions?api-version=2022-12-01');

describe('a token is asked for its own hosts only', () => {
  test.each([
    'https://evil.test/',
    'https://management.azure.com.evil.test/',
    'https://management.azure.com:444/',
    'https://management.azure.com./',
    'http://management.azure.com/',
    'https://user@management.azure.com/',
    'https://:pass@management.azure.com/',
    'blob:https://management.azure.com/x',
    'https://management.chinacloudapi.cn/',
    cluster.href,
  ])('ARM: %s gets none', async (url) => {
    const credential = fakeCredential();
    const tokens = armTokens(credential, cloud, fakeClock());
    await expect(tokens.tokenFor(new URL(url))).rejects.toThrow(/is asked for/u);
    expect(credential.asked).toEqual([]);
  });

  test.each([
    'https://evil.test/',
    'https://evilazmk8s.io/',
    'https://a.azmk8s.io.evil.test/',
    'https://a.azmk8s.io:444/',
    'http://a.azmk8s.io/',
    'https://user:x@a.azmk8s.io/',
    arm.href,
  ])('AKS: %s gets none', async (url) => {
    const credential = fakeCredential();
    const tokens = aksTokens(credential, cloud, fakeClock());
    await expect(tokens.tokenFor(new URL(url))).rejects.toThrow(/is asked for/u);
    expect(credential.asked).toEqual([]);
  });

  test('each audience has its own scope', async () => {
    const credential = fakeCredential();
    await armTokens(credential, cloud, fakeClock()).tokenFor(arm);
    await aksTokens(credential, cloud, fakeClock()).tokenFor(cluster);
    expect(credential.asked).toEqual([
      'https://management.azure.com/.default',
      '6dae42f8-4368-4678-94ff-3960e28e3630/.default',
    ]);
  });
});

test("ARM's tokens are no tokens for an API server, and the other way round", () => {
  expect(mixedUp).toBeInstanceOf(Function);
});

/** Checked by the compiler: without the errors that are expected here, tsc fails. */
function mixedUp(server: PinnedServer, tokens: TokenSource<ArmToken>, token: ArmToken) {
  // @ts-expect-error -- a transport to an API server that would send ARM's token
  pinnedTransport({ ...server, tokens });
  // @ts-expect-error -- a token of one audience where the other's belongs
  server.tokens.refused(token);
  // @ts-expect-error -- a plain string is a token of nobody
  tokens.refused('eyJ');
}

describe('one request serves many callers', () => {
  test('at the start', async () => {
    const credential = fakeCredential();
    const tokens = armTokens(credential, cloud, fakeClock());
    const given = await Promise.all(Array.from({ length: 50 }, () => tokens.tokenFor(arm)));
    expect(new Set(given)).toEqual(new Set(['token-1']));
    expect(credential.asked).toHaveLength(1);
  });

  test('after many 401s of the same token, and no more for late ones', async () => {
    const credential = fakeCredential();
    const tokens = armTokens(credential, cloud, fakeClock());
    const first = await tokens.tokenFor(arm);
    const again = await Promise.all(
      Array.from({ length: 50 }, async () => {
        tokens.refused(first);
        return await tokens.tokenFor(arm);
      }),
    );
    tokens.refused(first);
    expect(new Set([...again, await tokens.tokenFor(arm)])).toEqual(new Set(['token-2']));
    expect(credential.asked).toHaveLength(2);
  });

  test('shortly before the end', async () => {
    const clock = fakeClock();
    const credential = fakeCredential({ clock, lifetimeMs: 3_600_000 });
    const tokens = armTokens(credential, cloud, clock);
    await tokens.tokenFor(arm);
    clock.advance(3_299_999);
    expect(await tokens.tokenFor(arm)).toBe('token-1');
    clock.advance(1);
    expect(await tokens.tokenFor(arm)).toBe('token-2');
  });
});

describe('an identity without tokens', () => {
  test('is asked once, and again after ten seconds', async () => {
    const clock = fakeClock();
    const credential = fakeCredential({ clock, failures: 1 });
    const tokens = armTokens(credential, cloud, clock);
    const calls = Array.from({ length: 9 }, () => tokens.tokenFor(arm));
    const results = await Promise.allSettled(calls);
    expect(results.every((each) => each.status === 'rejected')).toBe(true);
    await expect(tokens.tokenFor(arm)).rejects.toThrow(/no token for .*: no identity here/u);
    expect(credential.asked).toHaveLength(1);
    clock.advance(10_000);
    // Whatever the host's clock says by then.
    clock.set(-3_600_000);
    expect(await tokens.tokenFor(arm)).toBe('token-2');
  });

  test('one line, and no token in it', async () => {
    const secret = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.sig`;
    const credential = fakeCredential({ failures: 1, message: `bad ${secret}\n    at stack` });
    const error = await armTokens(credential, cloud, fakeClock()).tokenFor(arm).catch(String);
    expect(error).toContain('bad ***');
    expect(error).not.toContain('aaaa');
    expect(error).not.toContain('stack');
  });

  test('a caller that gives up does not take the others with it', async () => {
    const credential = fakeCredential({ slow: true });
    const tokens = armTokens(credential, cloud, fakeClock());
    const gone = new AbortController();
    const first = tokens.tokenFor(arm, gone.signal);
    const second = tokens.tokenFor(arm);
    gone.abort(new Error('the run is over'));
    await expect(first).rejects.toThrow('the run is over');
    credential.release();
    expect(await second).toBe('token-1');
  });
});
