import { compacted, isObject, type PodSpec, type Workload } from '../model/index.ts';
import { mapChanges, merged, mergedMap, same, valueAt, type Manifest } from './fields.ts';

const template = ['spec', 'template', 'spec'];
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Where each part of a pod spec stands in a manifest. What is not here comes from the containers. */
const places: Readonly<Partial<Record<string, readonly string[]>>> = {
  nodeName: ['nodeName'],
  schedulerName: ['schedulerName'],
  hostNetwork: ['hostNetwork'],
  requiredNodeAffinity: ['affinity', 'nodeAffinity', required],
  preferredNodeAffinity: ['affinity', 'nodeAffinity', preferred],
  requiredPodAntiAffinity: ['affinity', 'podAntiAffinity', required],
  preferredPodAntiAffinity: ['affinity', 'podAntiAffinity', preferred],
  requiredPodAffinity: ['affinity', 'podAffinity', required],
  tolerations: ['tolerations'],
};

const cleared: Readonly<Record<string, unknown>> = {
  hostNetwork: false,
  preferredNodeAffinity: [],
  requiredPodAntiAffinity: [],
  preferredPodAntiAffinity: [],
  requiredPodAffinity: [],
  tolerations: [],
};

/** A workload that exists, after the manifest is applied to it. */
export function changedWorkload(live: Workload, wanted: Workload, manifest: Manifest): Workload {
  const { rollout: _rollout, ...rest } = live;
  return {
    ...rest,
    labels: mergedMap(manifest, ['metadata', 'labels'], live.labels, wanted.labels),
    replicas:
      live.kind === 'DaemonSet'
        ? undefined
        : merged(manifest, ['spec', 'replicas'], {
            live: live.replicas,
            wanted: wanted.replicas,
            fallback: 1,
          }),
    podLabels: mergedMap(
      manifest,
      ['spec', 'template', 'metadata', 'labels'],
      live.podLabels,
      wanted.podLabels,
    ),
    podSpec: changedPodSpec(live.podSpec, wanted.podSpec, manifest),
    ...withRollout(live, wanted, manifest),
  };
}

function withRollout(
  live: Workload,
  wanted: Workload,
  manifest: Manifest,
): Pick<Workload, 'rollout'> {
  const field = live.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  const values = { live: live.rollout, wanted: wanted.rollout, fallback: undefined };
  const rollout = merged(manifest, ['spec', field], values);
  return rollout === undefined ? {} : { rollout };
}

function changedPodSpec(live: PodSpec, wanted: PodSpec, manifest: Manifest): PodSpec {
  const spec = valueAt(manifest.raw, template);
  const hasContainers = isObject(spec) && Array.isArray(spec['containers']);
  const before = new Map(Object.entries(live));
  const after = new Map(Object.entries(wanted));
  const fields = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const place = places[key];
    const values = { live: before.get(key), wanted: after.get(key), fallback: cleared[key] };
    const value: unknown =
      place === undefined
        ? hasContainers
          ? values.wanted
          : values.live
        : merged(manifest, [...template, ...place], values);
    return value === undefined ? [] : [[key, value] as const];
  });
  const rest = Object.fromEntries(fields);
  return {
    ...live,
    ...withoutAbsent(live, rest),
    ...rest,
    requiredNodeAffinity: merged(manifest, [...template, 'affinity', 'nodeAffinity', required], {
      live: live.requiredNodeAffinity,
      wanted: wanted.requiredNodeAffinity,
      fallback: undefined,
    }),
    nodeSelector: mergedMap(
      manifest,
      [...template, 'nodeSelector'],
      live.nodeSelector,
      wanted.nodeSelector,
    ),
    topologySpread: mergedSpread(live, wanted, manifest),
  };
}

/** Optional fields that the change takes away. */
function withoutAbsent(live: PodSpec, next: object): Partial<PodSpec> {
  const gone = Object.keys(live).filter((key) => !Object.hasOwn(next, key));
  return Object.fromEntries(gone.map((key) => [key, undefined]));
}

/** Merged by topology key: a constraint on another key stays. */
function mergedSpread(
  live: PodSpec,
  wanted: PodSpec,
  manifest: Manifest,
): PodSpec['topologySpread'] {
  const kept = live.topologySpread.filter(
    (each) => !wanted.topologySpread.some((other) => other.topologyKey === each.topologyKey),
  );
  return merged(manifest, [...template, 'topologySpreadConstraints'], {
    live: live.topologySpread,
    // What was applied before and is left out now goes; without that record it stays.
    wanted:
      manifest.applied === undefined ? [...kept, ...wanted.topologySpread] : wanted.topologySpread,
    fallback: [],
  });
}

/** Whether the controller makes all pods anew. */
export function templateChanged(before: Workload, after: Workload): boolean {
  return (
    !same(before.podLabels, after.podLabels) ||
    !same(present(before.podSpec), present(after.podSpec))
  );
}

/** The fields that have a value. */
function present(spec: PodSpec): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

/** What changes, field by field; parts of the pod template by name. */
export function workloadChanges(before: Workload, after: Workload): readonly string[] {
  const parts = new Set([...Object.keys(before.podSpec), ...Object.keys(after.podSpec)]);
  const beforeSpec = new Map<string, unknown>(Object.entries(before.podSpec));
  const afterSpec = new Map<string, unknown>(Object.entries(after.podSpec));
  return compacted([
    before.replicas !== after.replicas &&
      `replicas: ${String(before.replicas)} → ${String(after.replicas)}`,
    !same(before.rollout, after.rollout) && 'update strategy changes',
    ...mapChanges('pod label', before.podLabels, after.podLabels),
    ...mapChanges('nodeSelector', before.podSpec.nodeSelector, after.podSpec.nodeSelector),
    ...[...parts]
      .filter((key) => key !== 'nodeSelector' && !same(beforeSpec.get(key), afterSpec.get(key)))
      .toSorted()
      .map((key) => `pod template: ${key} changes`),
  ]);
}
