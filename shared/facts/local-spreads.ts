import { subjectText, valueOr, type LoadBalancerService, type Workload } from '../model/index.ts';
import { spreadByHost, whileAllAreUp, type Spread } from '../placement/index.ts';
import { behindLocal } from './behind-local.ts';
import { derived } from './derived.ts';
import type { WorkloadSlice } from './services.ts';
import type { Unjudged } from './unjudged.ts';

/** How sure it is that the pods of a workload behind Local Services are on different nodes. */
export interface LocalSpread {
  readonly workload: Workload;
  readonly services: readonly LoadBalancerService[];
  readonly spread: Spread;
  /** A label of which there are just enough values: it holds while all of them are there. */
  readonly whileAllOf?: string;
}

/** Of Deployments and StatefulSets with two or more replicas: a DaemonSet has one pod per node anyway. */
export const localSpreads = derived(
  'localSpreads',
  {
    needs: ['services', 'deployments', 'statefulSets', behindLocal],
    helps: ['nodes', 'namespaces', 'daemonSets'],
  },
  ({
    behindLocal: behind,
    nodes,
    namespaces,
    deployments,
    statefulSets,
    daemonSets,
  }): { readonly spreads: readonly LocalSpread[]; readonly unjudged: readonly Unjudged[] } => {
    const context = {
      ...(nodes.kind === 'read' && { nodes: nodes.value }),
      ...(namespaces.kind === 'read' && { namespaces: namespaces.value }),
      others: [...deployments, ...statefulSets, ...valueOr(daemonSets, [])],
    };
    const { workloads, unjudged } = behind(placed);
    const spreads = workloads
      .filter(({ workload: { kind, replicas = 0 } }) => kind !== 'DaemonSet' && replicas >= 2)
      .map(({ workload, services }): LocalSpread => {
        const spread = spreadByHost(workload, context);
        const label = spread === 'bounded' ? whileAllAreUp(workload, context) : undefined;
        return {
          workload,
          services,
          spread,
          ...(label !== undefined && { whileAllOf: label }),
        };
      });
    return { spreads, unjudged };
  },
);

const placed: ReadonlySet<WorkloadSlice> = new Set(['deployments', 'statefulSets'] as const);

const zone = 'topology.kubernetes.io/zone';

/** What people should know of Services whose even spread ends with a zone or rack, by `namespace/name`. */
export const spreadNotes = derived(
  'spreadNotes',
  { needs: [localSpreads] },
  ({ localSpreads: { spreads } }): ReadonlyMap<string, string> =>
    new Map(
      spreads.flatMap(({ workload, services, whileAllOf }) =>
        whileAllOf === undefined
          ? []
          : services.map((service) => [
              subjectText(service),
              `the ${workload.replicas ?? 0} pods of ${subjectText(workload)} are on different nodes while all ${whileAllOf === zone ? 'zones' : `values of ${whileAllOf}`} are up`,
            ]),
      ),
    ),
);
