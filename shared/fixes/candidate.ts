import { derived, workloadsBehind, type Cluster } from '../facts/index.ts';
import { localServices } from '../facts/local-pools.ts';
import {
  valueOr,
  type LoadBalancerService,
  type ManagedCluster,
  type Node,
  type Read,
  type Workload,
} from '../model/index.ts';
import {
  nodeZones,
  situations,
  type SituationChange,
  type PortTraffic,
  type ServiceTraffic,
  type Situation,
} from '../traffic/index.ts';
import { eligibleNodes, type EligibleNodes } from './backends.ts';
import type { Fix } from './fix.ts';
import { isolation, type Isolation } from './isolation.ts';

/** A fix with the change that it makes, so that the share model can say what would come of it. */
export interface Candidate {
  readonly fix: Fix;
  /** None = what comes of it is not determined: the fix is shown without numbers. */
  readonly changes: readonly SituationChange[];
  /** The cloud provider looks at every Service then, not only at this one. */
  readonly everyService?: true;
  /** What a reader must know beside the numbers. */
  readonly note?: string;
  /** It may help, but not all pods find a place, or who else is affected is not determined: shown after the others, without numbers. */
  readonly waits?: true;
}

/** A Service with a fault, and what stands around it; lists that were not read are empty. */
export interface FixContext {
  readonly cluster: Cluster;
  readonly managedCluster: Read<ManagedCluster>;
  readonly nodes: readonly Node[];
  readonly zones: ReadonlyMap<string, string>;
  readonly eligible: EligibleNodes;
  readonly isolate: Isolation;
  readonly service: LoadBalancerService;
  readonly situation: Situation;
  /** The port whose numbers the finding tells. */
  readonly port: PortTraffic;
  readonly local: boolean;
  /** Another Service has a pool of the same name: each reconcile of one takes the nodes of the other. */
  readonly sharesPool: boolean;
  /** The one workload whose pods stand behind the Service; where several do, nobody can be moved alone. */
  readonly workload: Workload | undefined;
}

/** The context of a port of a traffic table. */
export const fixContexts = derived(
  'fixContexts',
  {
    needs: [situations, eligibleNodes, workloadsBehind, isolation],
    helps: ['services', 'nodes', 'managedCluster', nodeZones, localServices],
  },
  ({
    cluster,
    managedCluster,
    situations: { of },
    eligibleNodes: eligible,
    isolation: isolate,
    ...given
  }) => {
    const { services, nodes, nodeZones: zones, workloadsBehind: behindOf } = given;
    const clashing = new Set(
      valueOr(given.localServices, []).flatMap(({ service, clashes }) =>
        clashes.length > 0 ? [service] : [],
      ),
    );
    return (
      { namespace, name }: Pick<ServiceTraffic, 'namespace' | 'name'>,
      port: PortTraffic,
    ): FixContext | undefined => {
      const service = valueOr(services, []).find(
        (each) => each.namespace === namespace && each.name === name,
      );
      if (service === undefined) return undefined;
      const situation = of(service);
      const { workloads, unread } = behindOf(service);
      const [only] = workloads;
      return {
        cluster,
        managedCluster,
        nodes: valueOr(nodes, []),
        zones: valueOr(zones, new Map()),
        eligible,
        isolate,
        service,
        situation,
        port,
        local: service.externalTrafficPolicy === 'Local',
        sharesPool: situation.several && clashing.has(service),
        workload: workloads.length === 1 && unread.length === 0 ? only : undefined,
      };
    };
  },
);
