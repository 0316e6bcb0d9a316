import {
  hostnameLabel,
  listed,
  type NodeSelectorTerm,
  type TopologySpreadConstraint,
  type Workload,
} from '../model/index.ts';
import { poolSelectorKeys, withoutPoolPin } from './pool-pin.ts';
import { kubectlOn, yaml } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for a workload; each says what it costs. Commands are shown, never run. */

export type WorkloadName = Pick<Workload, 'kind' | 'namespace' | 'name'>;

/** Counts of pods with `labels` within one of each other over all nodes that the pods may use. */
export function spreadOverNodes(workload: WorkloadName, labels: ReadonlyMap<string, string>): Fix {
  return {
    title: `Spread the pods of ${workload.kind} ${workload.name} evenly over nodes (hard topology spread constraint)`,
    steps: [
      patchStep(workload, {
        topologySpreadConstraints: [hardSpread(workload, hostnameLabel, labels)],
      }),
    ],
    price: ['pods are restarted', 'replicas that cannot be spread stay Pending'],
  };
}

/** The same over zones, and over nodes within them. */
export function spreadOverZones(workload: WorkloadName, labels: ReadonlyMap<string, string>): Fix {
  const constraints = [zoneKey, hostnameLabel].map((key) => hardSpread(workload, key, labels));
  return {
    title: `Spread the pods of ${workload.kind} ${workload.name} evenly over zones and nodes (hard topology spread constraints)`,
    steps: [patchStep(workload, { topologySpreadConstraints: constraints })],
    price: [
      'pods are restarted',
      'replicas that cannot be spread stay Pending, including while a zone is full or down',
      'cross-zone connections may be billed',
    ],
  };
}

const zoneKey = 'topology.kubernetes.io/zone';

/**
 * Label that tells the pods of one revision of a template from those that it replaces: counted
 * together, those that go leave the rest uneven.
 */
const revisionLabels: Partial<Readonly<Record<Workload['kind'], string>>> = {
  Deployment: 'pod-template-hash',
  StatefulSet: 'controller-revision-hash',
};

function hardSpread(
  { kind }: WorkloadName,
  topologyKey: string,
  labels: ReadonlyMap<string, string>,
) {
  const revision = revisionLabels[kind];
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'DoNotSchedule',
    nodeTaintsPolicy: 'Honor',
    labelSelector: { matchLabels: Object.fromEntries(labels) },
    ...(revision !== undefined && { matchLabelKeys: [revision] }),
  };
}

/** A patch of the list finds the constraint by its key and by what happens where it cannot be satisfied. */
export function honorTaints(
  workload: WorkloadName,
  { topologyKey, whenUnsatisfiable, maxSkew }: TopologySpreadConstraint,
): Fix {
  const constraint = { topologyKey, whenUnsatisfiable, maxSkew, nodeTaintsPolicy: 'Honor' };
  return {
    title: 'Leave tainted nodes out of the spread (nodeTaintsPolicy: Honor)',
    steps: [patchStep(workload, { topologySpreadConstraints: [constraint] })],
    price: ['pods are restarted'],
  };
}

/** For pods of which it is not known who makes them: what their template is to say. */
export function spreadInTemplate(labels: ReadonlyMap<string, string>): Fix {
  return {
    title: 'Spread the pods over nodes (hard topology spread constraint in the pod template)',
    steps: [
      yaml(
        [
          'topologySpreadConstraints:',
          '  - maxSkew: 1',
          `    topologyKey: ${hostnameLabel}`,
          '    whenUnsatisfiable: DoNotSchedule',
          '    nodeTaintsPolicy: Honor',
          `    labelSelector: ${JSON.stringify({ matchLabels: Object.fromEntries(labels) })}`,
        ].join('\n'),
      ),
    ],
    price: ['pods are restarted', 'replicas that cannot be spread stay Pending'],
  };
}

/** Required node affinity to node pools, in place of other pools and beside what else the workload requires. */
export function pinToPools(
  workload: WorkloadName & {
    readonly podSpec: Pick<Workload['podSpec'], 'requiredNodeAffinity' | 'nodeSelector'>;
  },
  pools: readonly string[],
  key = 'kubernetes.azure.com/agentpool',
): Fix {
  const pool = { key, operator: 'In', values: pools };
  const present = withoutPoolPin(workload.podSpec).requiredNodeAffinity ?? [];
  const lifted = poolSelectorKeys(workload.podSpec).map((each) => [each, null] as const);
  const terms = present.length === 0 ? [{ matchExpressions: [pool] }] : present.map(withPool);
  function withPool(term: NodeSelectorTerm) {
    return {
      matchExpressions: [...term.matchExpressions, pool],
      ...(term.matchFields.length > 0 && { matchFields: term.matchFields }),
    };
  }
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  return {
    title: `Pin the pods to node ${pools.length === 1 ? 'pool' : 'pools'} ${listed(pools)} (required node affinity)`,
    steps: [
      patchStep(workload, {
        ...(lifted.length > 0 && { nodeSelector: Object.fromEntries(lifted) }),
        affinity: { nodeAffinity: required },
      }),
    ],
    price: [
      'pods are restarted and move',
      `the pods cannot run on other pools, even if ${pools.length === 1 ? 'this one is' : 'these are'} full`,
    ],
  };
}

/** Lists in a pod spec such as tolerations are replaced as a whole: a patch names what is to stay. */
export function patchStep(workload: WorkloadName, podSpec: unknown): FixStep {
  const patch = quoted(JSON.stringify({ spec: { template: { spec: podSpec } } }));
  return kubectlOn(workload, 'patch', `--type strategic -p ${patch}`);
}
