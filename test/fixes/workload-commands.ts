import { labelSelector } from '../builders/index.ts';
import { read, valueOr, type NodeSelectorTerm, type PodSpec } from '../../shared/model/index.ts';
import type { Cluster } from './cluster-state.ts';

interface WorkloadPatch {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly nodeSelector?: Readonly<Record<string, string | null>>;
        readonly affinity?: {
          readonly nodeAffinity?: {
            readonly requiredDuringSchedulingIgnoredDuringExecution?: {
              readonly nodeSelectorTerms: readonly Partial<NodeSelectorTerm>[];
            };
          };
        };
        readonly tolerations?: readonly Partial<PodSpec['tolerations'][number]>[];
        readonly topologySpreadConstraints?: readonly {
          readonly maxSkew: number;
          readonly topologyKey: string;
          readonly whenUnsatisfiable: string;
          readonly nodeTaintsPolicy?: string;
          readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
        }[];
      };
    };
  };
}

/** A strategic merge patch: maps are merged, spread constraints by their topology key, other lists replaced. */
export function changeWorkload(
  cluster: Cluster,
  kind: 'deployment' | 'statefulset' | 'daemonset',
  namespace: string,
  name: string,
  patch: unknown,
): boolean {
  const slice = (
    { deployment: 'deployments', statefulset: 'statefulSets', daemonset: 'daemonSets' } as const
  )[kind];
  const workloads = valueOr(cluster.snapshot[slice], []);
  const before = workloads.find((each) => each.namespace === namespace && each.name === name);
  if (before === undefined) return false;
  const podSpec = mergedSpec(before.podSpec, (patch as WorkloadPatch).spec.template.spec);
  cluster.snapshot = {
    ...cluster.snapshot,
    [slice]: read(workloads.map((each) => (each === before ? { ...each, podSpec } : each))),
  };
  cluster.restarted.add(`${kind}/${namespace}/${name}`);
  return true;
}

function mergedSpec(podSpec: PodSpec, patch: WorkloadPatch['spec']['template']['spec']): PodSpec {
  const nodeSelector = new Map(podSpec.nodeSelector);
  for (const [key, value] of Object.entries(patch.nodeSelector ?? {}))
    if (value === null) nodeSelector.delete(key);
    else nodeSelector.set(key, value);
  const required =
    patch.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const spreads = (patch.topologySpreadConstraints ?? []).map((each) => ({
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    ...each,
    labelSelector: labelSelector(each.labelSelector.matchLabels),
  }));
  const replaced = new Set(spreads.map(({ topologyKey }) => topologyKey));
  return {
    ...podSpec,
    nodeSelector,
    ...(required !== undefined && {
      requiredNodeAffinity: required.map(({ matchExpressions = [], matchFields = [] }) => ({
        matchExpressions,
        matchFields,
      })),
    }),
    ...(patch.tolerations !== undefined && {
      tolerations: patch.tolerations.map((each) => ({
        key: '',
        operator: 'Equal',
        value: '',
        effect: '',
        ...each,
      })),
    }),
    topologySpread: [
      ...podSpec.topologySpread.filter(({ topologyKey }) => !replaced.has(topologyKey)),
      ...spreads,
    ],
  };
}
