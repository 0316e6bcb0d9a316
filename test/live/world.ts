import { afterEach } from '@jest/globals';
import { kubernetesLimits } from '../../shared/collect/live/limits.ts';
import type { ArmCredential } from '../../shared/input/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import {
  auditLive,
  type LiveAudit,
  type LiveAuditOptions,
} from '../../shared/service/audit-live.ts';
import { connectAzure, type Azure, type AzureOptions } from '../../shared/audit/azure.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';
import { cluster, fleet, subscription, type ClusterChanges } from '../../simulator/build.ts';
import type { FleetDescription } from '../../simulator/description.ts';
import { ownAuthorities, startServer, type RunningServer } from '../../simulator/server.ts';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/simulator.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { operationsAsked } from './operations.ts';

/** Of all worlds of a test file. */
const authorities = ownAuthorities();

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

export interface LiveFleet {
  readonly simulator: Simulator;
  readonly server: RunningServer;
  /** The product's own way to Azure; its identity is an app's, asked for by the plainest of clients. */
  readonly azure: (given?: Partial<AzureOptions>) => Azure;
  readonly audit: (
    given?: Partial<LiveAuditOptions & Pick<AzureOptions, 'allowPrivateClusters'>>,
  ) => Promise<LiveAudit>;
}

/**
 * A fleet behind sockets until the test is over.
 * @param earlier What ARM's lists of subscriptions still show.
 */
export async function world(
  description: FleetDescription,
  options: Omit<SimulatorOptions, 'fleet'> = {},
  earlier?: FleetDescription,
): Promise<LiveFleet> {
  const simulator = createSimulator({ fleet: description, ...options });
  const server = await startServer(
    earlier === undefined ? simulator : changing(createSimulator({ fleet: earlier }), simulator),
    { authorities },
  );
  const network = simulatedNetwork(server);
  closing.push(() => {
    operationsAsked(simulator.log);
    network.close();
    return server.close();
  });
  const azure: LiveFleet['azure'] = (given = {}) =>
    connectAzure({
      cloud: 'AzurePublic',
      allowPrivateClusters: false,
      commandLine: false,
      environment: {},
      credential: appIdentity(server),
      network,
      limits: { ...kubernetesLimits, connectMs: 2000 },
      ...given,
    });
  return {
    simulator,
    server,
    azure,
    audit: ({ allowPrivateClusters = false, ...given } = {}) =>
      auditLive({
        azure: azure({ allowPrivateClusters }),
        subscriptions: 'all',
        takenAt: description.now,
        ...given,
      }),
  };
}

/** A fleet that changes after the lists of its subscriptions were read. */
function changing(before: Simulator, after: Simulator): Simulator {
  const isOfSubscription = /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Network\/[^/]+$/iu;
  return {
    ...after,
    async answer(request, signal) {
      const answer = await after.answer(request, signal);
      return isOfSubscription.test(request.url.pathname) ? before.answer(request, signal) : answer;
    },
  };
}

/** MSAL remembers the first endpoint that a process had, so that it can be the real one in one test only. */
export function appIdentity({ identity }: RunningServer): ArmCredential {
  return {
    async getToken(scopes) {
      const url = new URL(identity.IDENTITY_ENDPOINT);
      url.searchParams.set('api-version', '2019-08-01');
      url.searchParams.set('resource', String(scopes).replace('/.default', ''));
      const headers = { 'x-identity-header': identity.IDENTITY_HEADER };
      const response = await fetch(url, { headers });
      if (!response.ok) throw new Error(`the identity endpoint answers ${response.status}`);
      const body = (await response.json()) as { access_token: string; expires_on: string };
      return { token: body.access_token, expiresOnTimestamp: Number(body.expires_on) * 1000 };
    },
  };
}

/** Hosts of Azure that an audit of clusters in West Europe goes to. */
export const azureHosts = ['management.azure.com', 'westeurope.metrics.monitor.azure.com'];

/** One subscription with these clusters; a cluster is its name and what is special about it. */
export function clusters(changes: Readonly<Record<string, ClusterChanges>>): FleetDescription {
  const all = Object.entries(changes).map(([name, given]) => cluster(name, given));
  return fleet({ subscriptions: [subscription(subscriptionId, 'Production', all)] });
}

/** `name -> word reason` of each cluster. */
export function words(reports: readonly ClusterReport[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    reports.map(({ name, result, reason = '' }) => [name, `${result} ${reason}`.trim()]),
  );
}
