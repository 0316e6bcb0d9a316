import { isObject, nearest } from '../model/index.ts';
import { valueAt } from './fields.ts';
import { sliceOfKind, type Wanted } from './object-kinds.ts';

/** A field that no server takes. */
interface FieldFault {
  readonly path: string;
  readonly text: string;
}

/** Part of a patch, or a misspelled field: an object with one of them would do less than it says. */
export function fieldFault(
  kind: Wanted['kind'],
  raw: Readonly<Record<string, unknown>>,
): FieldFault | undefined {
  const patch = patchPath(raw, '');
  return patch === undefined
    ? misspelledField(kind, raw)
    : { path: patch, text: `${patch} belongs to a patch; give the output of kustomize build` };
}

const deepest = 20;

/** Where an object has a directive of a strategic merge patch. */
function patchPath(value: unknown, path: string, depth = 0): string | undefined {
  if (depth > deepest || value === null || typeof value !== 'object') return undefined;
  for (const [key, field] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    if (/^\$(?:patch|retainKeys|setElementOrder|deleteFromPrimitiveList)/u.test(key)) return here;
    const found = patchPath(field, here, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const service =
  'allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamily ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig topologyKeys trafficDistribution type';
const port = 'appProtocol name nodePort port protocol targetPort';
const workload =
  'minReadySeconds ordinals paused persistentVolumeClaimRetentionPolicy podManagementPolicy progressDeadlineSeconds replicas revisionHistoryLimit selector serviceName strategy template updateStrategy volumeClaimTemplates';
const pod =
  'activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates schedulingGroup securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef';
const affinity = 'nodeAffinity podAffinity podAntiAffinity';

/**
 * A field that is not one of the API (source: Kubernetes 1.36) and looks like one that is. Others are
 * left alone: they may be of a newer version.
 */
function misspelledField(
  kind: Wanted['kind'],
  raw: Readonly<Record<string, unknown>>,
): FieldFault | undefined {
  const ports = valueAt(raw, ['spec', 'ports']);
  const template = ['spec', 'template', 'spec'];
  const parts: readonly (readonly [string, unknown, string])[] =
    kind === 'Service'
      ? [
          ['spec', raw['spec'], service],
          ...(Array.isArray(ports) ? ports : []).map(
            (each: unknown, at) => [`spec.ports[${at}]`, each, port] as const,
          ),
        ]
      : kind in sliceOfKind
        ? [
            ['spec', raw['spec'], workload],
            ['spec.template.spec', valueAt(raw, template), pod],
            ['spec.template.spec.affinity', valueAt(raw, [...template, 'affinity']), affinity],
          ]
        : [];
  for (const [path, value, names] of parts) {
    const known = names.split(' ');
    for (const key of isObject(value) ? Object.keys(value) : []) {
      const meant = known.includes(key) ? undefined : nearest(key, known, 2);
      if (meant !== undefined)
        return {
          path: `${path}.${key}`,
          text: `unknown field ${path}.${key.slice(0, 80)}; did you mean ${meant}?`,
        };
    }
  }
  return undefined;
}
