import type {
  LabelSelector,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  PreferredTerm,
  Requirement,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import { parseContainers } from './parse-containers.ts';

/** The part of a pod spec that decides where it may run; env, args, volumes and the rest are never kept. */
export function parsePodSpec(spec: Cursor): PodSpec {
  const affinity = spec.at('affinity');
  const nodeAffinity = affinity.at('nodeAffinity');
  const antiAffinity = affinity.at('podAntiAffinity');
  const nodeName = spec.text('nodeName', 253);
  const schedulerName = spec.text('schedulerName', 253);
  return {
    ...(nodeName !== undefined && nodeName !== '' && { nodeName }),
    ...(schedulerName !== undefined && { schedulerName }),
    hostNetwork: spec.flag('hostNetwork') ?? false,
    nodeSelector: spec.map('nodeSelector'),
    requiredNodeAffinity: requiredTerms(nodeAffinity),
    preferredNodeAffinity: nodeAffinity
      .objects('preferredDuringSchedulingIgnoredDuringExecution')
      .map(parsePreferredTerm),
    tolerations: spec.objects('tolerations').map(parseToleration),
    requiredPodAntiAffinity: antiAffinity
      .objects('requiredDuringSchedulingIgnoredDuringExecution')
      .map(parsePodAffinityTerm),
    preferredPodAntiAffinity: antiAffinity
      .objects('preferredDuringSchedulingIgnoredDuringExecution')
      .map((each) => parsePodAffinityTerm(each.at('podAffinityTerm'))),
    requiredPodAffinity: affinity
      .at('podAffinity')
      .objects('requiredDuringSchedulingIgnoredDuringExecution')
      .map(parsePodAffinityTerm),
    topologySpread: spec.objects('topologySpreadConstraints').map(parseSpread),
    ...parseContainers(spec),
  };
}

/** Absent is no constraint; present with null or no terms matches no node. */
function requiredTerms(nodeAffinity: Cursor): readonly NodeSelectorTerm[] | undefined {
  const required = nodeAffinity.at('requiredDuringSchedulingIgnoredDuringExecution');
  if (required.absent || !required.isObject()) return undefined;
  return required.objects('nodeSelectorTerms').map(parseTerm);
}

/** A term of a node affinity: all of its requirements hold or it does not. */
export function parseTerm(term: Cursor): NodeSelectorTerm {
  return {
    matchExpressions: term.objects('matchExpressions').map(parseRequirement),
    matchFields: term.objects('matchFields').map(parseRequirement),
  };
}

export function parsePreferredTerm(preferred: Cursor): PreferredTerm {
  return {
    weight: preferred.count('weight', 0, 100) ?? 0,
    term: parseTerm(preferred.at('preference')),
  };
}

export function parseRequirement(requirement: Cursor): Requirement {
  return {
    key: requirement.text('key', 400) ?? '',
    operator: requirement.text('operator', 64) ?? '',
    values: requirement.at('values').absent ? [] : requirement.texts('values', 400),
  };
}

/** A toleration; without a key it tolerates every taint of its effect. */
export function parseToleration(toleration: Cursor): Toleration {
  const seconds = toleration.count('tolerationSeconds', Number.MIN_SAFE_INTEGER);
  return {
    key: toleration.text('key', 400) ?? '',
    operator: toleration.text('operator', 64) ?? '',
    value: toleration.text('value', 400) ?? '',
    effect: toleration.text('effect', 64) ?? '',
    ...(seconds !== undefined && { tolerationSeconds: seconds }),
  };
}

/** An effect that Kubernetes does not know counts for nothing there, and is noted. */
export function parseTaintObject(taint: Cursor): Taint {
  const effect = taint.text('effect', 64) ?? '';
  if (effect !== '' && !knownEffects.has(effect))
    taint
      .at('effect')
      .fault('NoSchedule, PreferNoSchedule or NoExecute', 'the taint counts for nothing');
  return { key: taint.text('key', 400) ?? '', value: taint.text('value', 400) ?? '', effect };
}

const knownEffects = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);

/** A null selector stays `undefined`: it matches nothing, while an empty one matches everything. */
export function parseLabelSelector(selector: Cursor): LabelSelector | undefined {
  if (selector.absent || !selector.isObject()) return undefined;
  return {
    matchLabels: selector.map('matchLabels'),
    matchExpressions: selector.objects('matchExpressions').map(parseRequirement),
  };
}

function parsePodAffinityTerm(term: Cursor): PodAffinityTerm {
  return {
    topologyKey: term.text('topologyKey', 400) ?? '',
    labelSelector: parseLabelSelector(term.at('labelSelector')),
    namespaces: term.at('namespaces').absent ? [] : term.texts('namespaces'),
    namespaceSelector: parseLabelSelector(term.at('namespaceSelector')),
    ...keysOf(term, 'matchLabelKeys'),
    ...keysOf(term, 'mismatchLabelKeys'),
  };
}

function parseSpread(constraint: Cursor): TopologySpreadConstraint {
  const minDomains = constraint.count('minDomains');
  return {
    topologyKey: constraint.text('topologyKey', 400) ?? '',
    maxSkew: constraint.count('maxSkew') ?? 1,
    whenUnsatisfiable: constraint.text('whenUnsatisfiable', 64) ?? 'DoNotSchedule',
    labelSelector: parseLabelSelector(constraint.at('labelSelector')),
    nodeAffinityPolicy: constraint.text('nodeAffinityPolicy', 64) ?? 'Honor',
    nodeTaintsPolicy: constraint.text('nodeTaintsPolicy', 64) ?? 'Ignore',
    ...(minDomains !== undefined && { minDomains }),
    ...keysOf(constraint, 'matchLabelKeys'),
  };
}

/** Nothing where a list of label keys is absent or empty. */
function keysOf<K extends string>(
  item: Cursor,
  key: K,
): { readonly [Key in K]?: readonly string[] } {
  const keys = item.at(key).absent ? [] : item.texts(key, 400);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key of a type parameter
  return (keys.length === 0 ? {} : { [key]: keys }) as { readonly [Key in K]?: readonly string[] };
}
