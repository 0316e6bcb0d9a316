import { cluster, fleet, subscription, type ClusterChanges } from '../../simulator/build.ts';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/simulator.ts';
import { armUrl, askJson, subscriptionId, type Json } from './ask.ts';

export interface One {
  readonly simulator: Simulator;
  /** Of the API server. */
  readonly host: string;
  /** GET of a path of the Kubernetes API. */
  readonly kubernetes: (path: string) => ReturnType<typeof askJson>;
  /** The whole list of an ARM kind, by the path below the subscription. */
  readonly arm: (path: string) => Promise<readonly Json[]>;
}

/** A fleet of one cluster, `plain` in `rg-plain`. */
export function oneCluster(
  changes: ClusterChanges = {},
  options: Partial<SimulatorOptions> = {},
): One {
  const simulator = createSimulator({
    fleet: fleet({
      subscriptions: [subscription(subscriptionId, 'Production', [cluster('plain', changes)])],
    }),
    ...options,
  });
  const [production] = simulator.index.fleet.subscriptions;
  const host = (production && simulator.index.layout(production, 0))?.names.host ?? '';
  return {
    simulator,
    host,
    kubernetes: (path) => askJson(simulator, `https://${host}${path}`),
    async arm(path) {
      const { body } = await askJson(simulator, armUrl(path));
      return body.value;
    },
  };
}

export const clusterPath =
  '/resourceGroups/rg-plain/providers/Microsoft.ContainerService/managedClusters/plain';
