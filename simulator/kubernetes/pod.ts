import { canary } from '../canaries.ts';
import type { WorkloadDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { addressAfter } from '../names.ts';
import { podName, templateHash, type SimulatedPod } from '../pods.ts';
import { seededUid } from '../seed.ts';
import { metadata, minutesBefore } from './metadata.ts';

/** Labels of a workload's pods. */
export function podLabels(
  { names }: Layout,
  workload: WorkloadDescription,
): ReadonlyMap<string, string> {
  const labels = new Map(Object.entries(workload.labels));
  if (workload.kind === 'Deployment')
    labels.set('pod-template-hash', templateHash(names, workload));
  else labels.set('controller-revision-hash', templateHash(names, workload).slice(0, 10));
  return labels;
}

/** The pod spec that a template holds, with secrets in its environment and arguments. */
export function templateSpec(workload: WorkloadDescription): object {
  return {
    containers: [
      {
        name: 'main',
        image: `registry.example/${workload.name}:1.4.2`,
        args: ['--listen=:8080', `--api-key=${canary('pod argument')}`],
        env: [
          { name: 'MODE', value: 'production' },
          { name: 'DB_PASSWORD', value: canary('pod environment') },
        ],
        envFrom: [{ secretRef: { name: canary('secret name') } }],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    imagePullSecrets: [{ name: canary('secret name') }],
    volumes: [{ name: 'credentials', secret: { secretName: canary('secret name') } }],
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...workload.spec,
  };
}

/** Of the overlay network; pods of the host network have their node's. */
export function podIp({ position }: SimulatedPod): string {
  return addressAfter('10.244.0.16', position);
}

/** The same for the same pod of a workload. */
export function podUid({ names }: Layout, { workload, ordinal }: SimulatedPod): string {
  return seededUid(`${names.id}/Pod/${workload.namespace}/${workload.name}/${ordinal}`);
}

/** Bound, not said to be unready, and not terminating. */
export function isReady({ placement }: SimulatedPod): boolean {
  return placement !== undefined && placement.ready !== false && placement.terminating !== true;
}

/** Pending until a node takes it. */
export function phaseOf({ placement }: SimulatedPod): string {
  return placement === undefined ? 'Pending' : 'Running';
}

/** A Pod as the API server gives it, secrets in its template included. */
export function podJson(layout: Layout, pod: SimulatedPod): object {
  const { workload, placement } = pod;
  const node = placement && layout.nodeOf.get(placement.node);
  const name = podName(layout.names, pod);
  const ip = workload.spec['hostNetwork'] === true ? node?.ip : podIp(pod);
  return {
    metadata: metadata(layout, {
      kind: 'Pod',
      namespace: workload.namespace,
      name,
      uid: podUid(layout, pod),
      ageMinutes: 1_500,
      more: {
        ...(workload.kind === 'StatefulSet' ? {} : { generateName: name.slice(0, -5) }),
        ...(placement?.terminating === true
          ? { deletionTimestamp: minutesBefore(layout, 1), deletionGracePeriodSeconds: 30 }
          : {}),
        labels: Object.fromEntries(podLabels(layout, workload)),
        annotations: { 'example.com/session-key': canary('pod annotation') },
        ownerReferences: [owner(layout, workload)],
      },
    }),
    spec: {
      ...templateSpec(workload),
      nodeName: node?.name,
      serviceAccountName: 'default',
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      ...(workload.kind === 'DaemonSet' ? daemonSpec(workload, node?.name ?? '') : {}),
    },
    status: node === undefined ? pendingStatus(layout) : runningStatus(layout, pod, node.ip, ip),
  };
}

function owner({ names }: Layout, workload: WorkloadDescription): object {
  const kind = workload.kind === 'Deployment' ? 'ReplicaSet' : workload.kind;
  const name =
    workload.kind === 'Deployment'
      ? `${workload.name}-${templateHash(names, workload)}`
      : workload.name;
  return {
    apiVersion: 'apps/v1',
    kind,
    name,
    uid: seededUid(`${names.id}/${kind}/${workload.namespace}/${name}`),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The DaemonSet controller binds by affinity to the node's name and adds tolerations of its own. */
function daemonSpec(workload: WorkloadDescription, node: string): object {
  const own: unknown = workload.spec['tolerations'];
  const given: readonly unknown[] = Array.isArray(own) ? own : [];
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] },
          ],
        },
      },
    },
    tolerations: [
      ...given,
      ...['not-ready', 'unreachable'].map((key) => tolerates(key, 'NoExecute')),
      ...[
        'disk-pressure',
        'memory-pressure',
        'pid-pressure',
        'unschedulable',
        'network-unavailable',
      ].map((key) => tolerates(key, 'NoSchedule')),
    ],
  };
}

function tolerates(key: string, effect: string): object {
  return { key: `node.kubernetes.io/${key}`, operator: 'Exists', effect };
}

function pendingStatus(layout: Layout): object {
  return {
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: minutesBefore(layout, 1_500),
        reason: 'Unschedulable',
        message: `0/${layout.nodes.length} nodes are available.`,
      },
    ],
    qosClass: 'Burstable',
  };
}

function runningStatus(
  layout: Layout,
  pod: SimulatedPod,
  hostIP: string,
  ip: string | undefined,
): object {
  const ready = isReady(pod);
  const since = minutesBefore(layout, 1_499);
  return {
    phase: 'Running',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: ready || !type.includes('Ready') ? 'True' : 'False',
      lastProbeTime: null,
      lastTransitionTime: since,
    })),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: since,
    containerStatuses: [
      {
        name: 'main',
        state: { running: { startedAt: since } },
        lastState: {},
        ready,
        restartCount: 0,
        image: `registry.example/${pod.workload.name}:1.4.2`,
        imageID: `registry.example/${pod.workload.name}@sha256:0`,
        started: true,
      },
    ],
    qosClass: 'Burstable',
  };
}
