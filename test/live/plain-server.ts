import { afterEach } from '@jest/globals';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../shared/collect/live/clock.ts';
import type { LiveTransport } from '../../shared/collect/live/kubernetes-http.ts';
import type { KubernetesLimits } from '../../shared/collect/live/limits.ts';
import { proxyTransport } from '../../shared/collect/live/proxy.ts';
import { quick } from './limits.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A plain HTTP server on loopback until the test is over. @returns Its port. */
export async function plainServer(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return await promise;
}

/** The transport of `--kubernetes` to it, closed when the test is over. */
export async function throughProxy(
  listener: RequestListener,
  limits: KubernetesLimits = quick,
): Promise<LiveTransport> {
  const port = await plainServer(listener);
  const transport = await proxyTransport(`http://127.0.0.1:${port}`, {
    resolve: () => Promise.reject(new Error('no names are resolved here')),
    limits,
    clock: systemClock,
  });
  if (transport.kind === 'unread') throw new Error(transport.why);
  closing.push(() => transport.value.close());
  return transport.value;
}
