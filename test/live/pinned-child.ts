import { request } from 'node:https';
import { systemClock } from '../../shared/collect/live/clock.ts';
import { cloudOf } from '../../shared/collect/live/clouds.ts';
import { pinnedTransport } from '../../shared/collect/live/pinned.ts';
import { checkServer } from '../../shared/collect/live/server.ts';
import { aksTokens } from '../../shared/collect/live/tokens.ts';
import { quick } from './limits.ts';

/** What a process of its own needs to ask one API server. */
export interface PinnedCall {
  readonly fqdn: string;
  readonly address: string;
  readonly port: number;
  readonly certificateAuthority: string;
  readonly token: string;
}

/**
 * Asks an API server from a process of its own, whose environment is real: by Node's own client, and
 * by the pinned transport. Prints what came of either.
 */
const { fqdn, address, port, certificateAuthority, token } = JSON.parse(
  process.argv[2] ?? '',
) as PinnedCall;
const cloud = cloudOf('AzurePublic');
const host = checkServer(`https://${fqdn}`, { cloud, fqdn });
if (host.kind === 'unread') throw new Error(host.why);
const transport = pinnedTransport({
  host: host.value,
  addresses: ['20.1.2.3'],
  certificateAuthority,
  tokens: aksTokens(
    { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    cloud,
    systemClock,
  ),
  limits: quick,
  clock: systemClock,
  route: () => ({ address, port }),
});
const pinned = await transport.get('/api/v1/nodes', new URLSearchParams()).then(
  ({ status }) => String(status),
  (error: unknown) => (error instanceof Error && 'kind' in error ? String(error.kind) : 'other'),
);
await transport.close();
const plain = await new Promise<string>((resolve) => {
  const asked = request({ host: address, port, servername: fqdn, path: '/version' }, (response) => {
    response.resume();
    resolve('answered');
  });
  asked.on('error', () => resolve('refused'));
  asked.end();
});
process.stdout.write(JSON.stringify({ pinned, plain }));
