import { canary } from '../canaries.ts';
import type { Layout } from '../layout.ts';
import { seededNumber, seededUid } from '../seed.ts';

/** The time of the fleet minus some minutes, as Kubernetes writes times. */
export function minutesBefore({ now }: Layout, minutes: number): string {
  return new Date(Date.parse(now) - minutes * 60_000).toISOString().replace('.000Z', 'Z');
}

/** One version for all lists of a cluster: nothing changes while it is read. */
export function resourceVersion({ names }: Layout): number {
  return 40_000_000 + seededNumber(`${names.id}/version`, 9_000_000);
}

export interface ObjectHead {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Where the uid is decided elsewhere (Services: Azure's names hang on it). */
  readonly uid?: string;
  readonly ageMinutes: number;
  readonly more?: object;
}

/** `metadata` of an object, with the bookkeeping that makes real lists as large as they are. */
export function metadata(layout: Layout, head: ObjectHead): object {
  const seed = `${layout.names.id}/${head.kind}/${head.namespace ?? ''}/${head.name}`;
  const time = minutesBefore(layout, head.ageMinutes);
  return {
    name: head.name,
    namespace: head.namespace,
    uid: head.uid ?? seededUid(seed),
    resourceVersion: String(30_000_000 + seededNumber(seed, 9_000_000)),
    creationTimestamp: time,
    ...head.more,
    managedFields: managedFields(head.kind, time),
  };
}

/** The annotation in which kubectl keeps what was applied, secrets and all. */
export function appliedConfiguration(
  apiVersion: string,
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Readonly<Record<string, string>> {
  const annotations = { 'example.com/password': canary('applied configuration') };
  const applied = { apiVersion, kind, metadata: { annotations, name, namespace }, spec: {} };
  return { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(applied)}\n` };
}

function managedFields(kind: string, time: string): readonly object[] {
  const fields = fieldsOf.get(kind);
  if (fields === undefined) return [];
  const [apiVersion, ...groups] = fields;
  return groups.map((group) => ({
    manager: group === 'f:status' ? 'kubelet' : 'kube-controller-manager',
    operation: 'Update',
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: group === 'f:status' ? { [group]: status } : { [group]: spec },
    subresource: group === 'f:status' ? 'status' : undefined,
  }));
}

const spec = {
  'f:containers': {
    'k:{"name":"main"}': {
      '.': {},
      'f:env': { '.': {}, 'k:{"name":"MODE"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
      'f:image': {},
      'f:imagePullPolicy': {},
      'f:name': {},
      'f:ports': {
        '.': {},
        'k:{"containerPort":8080,"protocol":"TCP"}': {
          '.': {},
          'f:containerPort': {},
          'f:protocol': {},
        },
      },
      'f:resources': { '.': {}, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } },
      'f:terminationMessagePath': {},
      'f:terminationMessagePolicy': {},
    },
  },
  'f:dnsPolicy': {},
  'f:restartPolicy': {},
  'f:schedulerName': {},
  'f:securityContext': {},
  'f:terminationGracePeriodSeconds': {},
};

const status = {
  'f:conditions': {
    'k:{"type":"Initialized"}': {
      '.': {},
      'f:lastTransitionTime': {},
      'f:status': {},
      'f:type': {},
    },
    'k:{"type":"Ready"}': { '.': {}, 'f:lastTransitionTime': {}, 'f:status': {}, 'f:type': {} },
  },
  'f:containerStatuses': {},
  'f:hostIP': {},
  'f:phase': {},
  'f:podIP': {},
  'f:startTime': {},
};

/** Kind → API version and the groups of fields that somebody manages. */
const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['Node', ['v1', 'f:metadata', 'f:status']],
  ['Pod', ['v1', 'f:spec', 'f:status']],
  ['Deployment', ['apps/v1', 'f:spec']],
  ['DaemonSet', ['apps/v1', 'f:spec']],
  ['StatefulSet', ['apps/v1', 'f:spec']],
  ['EndpointSlice', ['discovery.k8s.io/v1', 'f:endpoints']],
  ['Service', ['v1', 'f:spec']],
]);
