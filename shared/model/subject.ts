import type { Workload } from './kubernetes.ts';

/** Kinds of things that findings are about. */
export type SubjectKind =
  | 'Cluster'
  | 'Service'
  | 'Node'
  | 'NodePool'
  | 'LoadBalancer'
  | 'LoadBalancerConfiguration'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'ReplicaSet'
  | 'Pod'
  | 'Ingress'
  | 'Gateway'
  | 'HTTPRoute'
  | 'GRPCRoute';

export interface Subject {
  readonly kind: SubjectKind;
  readonly namespace?: string;
  readonly name: string;
}

/** The subject as people, `case.json` and exemptions write it. */
export function subjectText(subject: Pick<Subject, 'namespace' | 'name'>): string {
  return subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
}

/** `Deployment shop/web` */
export function kindAndName(
  object: Pick<Subject, 'namespace' | 'name'> & { readonly kind: string },
): string {
  return `${object.kind} ${subjectText(object)}`;
}

/** The Service as the subject of a finding. */
export function serviceSubject({ namespace, name }: ServiceName): Subject {
  return { kind: 'Service', namespace, name };
}

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** The workload as the subject of a finding. */
export function workloadSubject({ kind, namespace, name }: Workload): Subject {
  return { kind, namespace, name };
}
