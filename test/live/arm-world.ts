import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { afterEach } from '@jest/globals';
import { Readable } from 'node:stream';
import { liveArm, type LiveArm } from '../../shared/collect/live/arm.ts';
import { cloudOf } from '../../shared/collect/live/clouds.ts';
import type { ArmAccess } from '../../shared/input/index.ts';
import { networkHttpClient } from '../../simulator/network.ts';
import type { RunningServer } from '../../simulator/server.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { armResource, credentialOf } from '../simulator/ask.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { fakeCredential, type FakeCredential } from './fake-credential.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The product's way to ARM, over TLS to a simulated one. */
export function armOver(
  { simulator, server }: { readonly simulator: Simulator; readonly server: RunningServer },
  given: Partial<LiveArm> = {},
): ArmAccess {
  const httpClient = networkHttpClient(server);
  closing.push(httpClient.close);
  const credential = credentialOf(simulator, armResource);
  return liveArm({ cloud: cloudOf('AzurePublic'), credential, httpClient, ...given });
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
  /** Instead of an answer. */
  readonly error?: string;
}

export interface ScriptedArm {
  readonly access: ArmAccess;
  readonly clock: FakeClock;
  readonly credential: FakeCredential;
  /** `method path?query` and the time of each request that was sent. */
  readonly sent: readonly { readonly url: string; readonly atMs: number; readonly token: string }[];
  readonly mostAtOnce: () => number;
}

/** The product's way to an ARM that answers by a script; time passes only in waits. */
export function scriptedArm(
  script: (url: URL, count: number, token: string) => ScriptedAnswer,
  given: Partial<LiveArm> & { readonly random?: number } = {},
): ScriptedArm {
  const clock = fakeClock(given.random);
  const credential = fakeCredential({ clock });
  const start = clock.now();
  const sent: { url: string; atMs: number; token: string }[] = [];
  let active = 0;
  let most = 0;
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const url = new URL(request.url);
      const token = (request.headers.get('authorization') ?? '').replace('Bearer ', '');
      sent.push({ url: `${request.method} ${url.pathname}`, atMs: clock.now() - start, token });
      const {
        status = 200,
        headers = {},
        body = { value: [] },
        error,
      } = script(url, sent.length, token);
      active++;
      most = Math.max(most, active);
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      active--;
      if (error !== undefined) throw Object.assign(new Error(error), { code: error });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return {
        request,
        status,
        headers: createHttpHeaders(headers),
        readableStreamBody: Readable.from([Buffer.from(text)]),
      };
    },
  };
  const access = liveArm({
    cloud: cloudOf('AzurePublic'),
    credential,
    httpClient,
    clock,
    ...given,
  });
  return { access, clock, credential, sent, mostAtOnce: () => most };
}
