import { afterEach } from '@jest/globals';
import { cloudOf } from '../../shared/collect/live/clouds.ts';
import { systemClock } from '../../shared/collect/live/clock.ts';
import type { LiveTransport } from '../../shared/collect/live/kubernetes-http.ts';
import { parseKubeconfig } from '../../shared/collect/live/kubeconfig.ts';
import { pinnedTransport, type PinnedServer } from '../../shared/collect/live/pinned.ts';
import { checkServer } from '../../shared/collect/live/server.ts';
import { aksTokens } from '../../shared/collect/live/tokens.ts';
import type { RunningServer } from '../../simulator/server.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { aksServerApp } from '../../simulator/tokens.ts';
import { armUrl, askJson, credentialOf } from '../simulator/ask.ts';
import { hostOf } from '../simulator/running.ts';
import { quick } from './limits.ts';

const cloud = cloudOf('AzurePublic');
const open: LiveTransport[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

/** The CA that a cluster's kubeconfig names, read as an audit reads it. */
export async function authorityOf(simulator: Simulator, name: string): Promise<string> {
  const path = `/resourceGroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/${name}/listClusterUserCredential`;
  const { body } = await askJson(simulator, armUrl(path), { method: 'POST' });
  const text = Buffer.from(body.kubeconfigs[0].value, 'base64').toString('utf8');
  const access = parseKubeconfig(text);
  if (access.kind === 'unread') throw new Error(access.why);
  return access.value.certificateAuthority;
}

/** A pinned transport to a simulated cluster, closed when the test is over. */
export async function pinnedTo(
  { simulator, server }: { readonly simulator: Simulator; readonly server: RunningServer },
  name: string,
  given: Partial<PinnedServer> = {},
): Promise<LiveTransport> {
  const fqdn = hostOf(simulator, name);
  const host = checkServer(`https://${fqdn}`, { cloud, fqdn });
  if (host.kind === 'unread') throw new Error(host.why);
  const credential = credentialOf(simulator, aksServerApp);
  const transport = pinnedTransport({
    host: host.value,
    addresses: ['20.1.2.3'],
    certificateAuthority: given.certificateAuthority ?? (await authorityOf(simulator, name)),
    tokens: aksTokens(credential, cloud, systemClock),
    limits: quick,
    clock: systemClock,
    route: () => server.resolve(fqdn),
    ...given,
  });
  open.push(transport);
  return transport;
}
