import { lookup } from 'node:dns/promises';
import {
  kubernetesLimits,
  lineOf,
  proxyTransport,
  systemClock,
  type LiveTransport,
} from '../collect/live/index.ts';
import { InputError } from './input-error.ts';

/**
 * The way through the `kubectl proxy` that somebody has started: `--kubernetes http://127.0.0.1:8001`.
 * Whoever opens it closes it.
 * @throws {InputError} where the address is not one of this machine, or nobody answers there.
 */
export async function kubectlProxy(address: string): Promise<LiveTransport> {
  const transport = await proxyTransport(address, {
    resolve: async (host) => (await lookup(host, { all: true })).map((found) => found.address),
    limits: kubernetesLimits,
    clock: systemClock,
  });
  if (transport.kind === 'unread') throw new InputError(`--kubernetes: ${transport.why}`);
  try {
    await transport.value.get('/version', new URLSearchParams());
  } catch (cause) {
    await transport.value.close();
    const why = `--kubernetes: no response from there (${lineOf(cause)}); is kubectl proxy running?`;
    throw new InputError(why, { cause });
  }
  return transport.value;
}
