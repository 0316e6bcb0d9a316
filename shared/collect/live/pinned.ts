import { buildConnector } from 'undici';
import type { Clock } from './clock.ts';
import { kubernetesOver, type LiveTransport } from './kubernetes-http.ts';
import type { KubernetesLimits } from './limits.ts';
import type { ServerName } from './server.ts';
import type { AksToken, TokenSource } from './tokens.ts';

/** Another way to an address that passed the rules: a simulator listens elsewhere. */
export type AddressOverride = (
  address: string,
  port: number,
) => { readonly address: string; readonly port: number };

export interface PinnedServer {
  readonly host: ServerName;
  /** From `resolveServer`; connections go to these and never ask a resolver again. */
  readonly addresses: readonly string[];
  /** PEM; takes the place of the system's store. */
  readonly certificateAuthority: string;
  readonly tokens: TokenSource<AksToken>;
  readonly limits: KubernetesLimits;
  readonly clock: Clock;
  readonly route?: AddressOverride | undefined;
}

/** The way to an API server that only the cluster's own authority can vouch for. */
export function pinnedTransport(server: PinnedServer): LiveTransport {
  const { host, addresses, certificateAuthority, tokens, limits, clock } = server;
  if (certificateAuthority === '') throw new Error('a pinned connection without an authority');
  const connector = buildConnector({
    ca: certificateAuthority,
    servername: host,
    minVersion: 'TLSv1.2',
    // Written out: the environment variable that switches it off must not.
    rejectUnauthorized: true,
    timeout: limits.connectMs,
    allowH2: false,
    maxCachedSessions: 0,
  });
  let next = 0;
  return kubernetesOver({
    origin: `https://${host}`,
    tokens,
    limits,
    clock,
    connect(options, callback) {
      const address = addresses[next++ % addresses.length] ?? '';
      const to = server.route?.(address, 443) ?? { address, port: 443 };
      connector(
        { ...options, hostname: to.address, port: String(to.port), servername: host },
        callback,
      );
    },
  });
}
