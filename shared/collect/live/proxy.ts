import { buildConnector } from 'undici';
import { read, unread, type Read } from '../../model/index.ts';
import { isLoopback } from './addresses.ts';
import type { Clock } from './clock.ts';
import { kubernetesOver, type LiveTransport } from './kubernetes-http.ts';
import type { KubernetesLimits } from './limits.ts';
import type { Resolve } from './server.ts';

export interface ProxyDeps {
  readonly resolve: Resolve;
  readonly limits: KubernetesLimits;
  readonly clock: Clock;
}

/**
 * The way through a running `kubectl proxy` on this machine: the person's own rights, no token of
 * ours, and no other machine. `text` is what stands after `--kubernetes`.
 */
export async function proxyTransport(text: string, deps: ProxyDeps): Promise<Read<LiveTransport>> {
  const parts = /^http:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?\/?$/iu.exec(text);
  const [, name, portText] = parts ?? [];
  const port = Number(portText ?? 80);
  if (name === undefined || port > 65_535)
    return unread(
      'the address of kubectl proxy is http:// with a loopback host and a port, such as http://127.0.0.1:8001',
    );
  const address = await loopbackOf(name.replaceAll(/[[\]]/gu, ''), deps.resolve);
  if (address === undefined) return unread(`${name} does not lead to this machine`);
  const connector = buildConnector({ timeout: deps.limits.connectMs, allowH2: false });
  return read(
    kubernetesOver({
      origin: `http://${name.toLowerCase()}:${port}`,
      limits: deps.limits,
      clock: deps.clock,
      connect(options, callback) {
        connector({ ...options, hostname: address }, callback);
      },
    }),
  );
}

async function loopbackOf(name: string, resolve: Resolve): Promise<string | undefined> {
  if (name.toLowerCase() !== 'localhost') return isLoopback(name) ? name : undefined;
  const addresses = await resolve(name).catch(() => []);
  return addresses.every(isLoopback) ? addresses[0] : undefined;
}
