import type { Workload } from '../model/index.ts';
import type { Subject } from './rule.ts';

/** The subject as people, `case.json` and exemptions write it. */
export function subjectText(subject: Pick<Subject, 'namespace' | 'name'>): string {
  return subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
}

export function serviceSubject({ namespace, name }: ServiceName): Subject {
  return { kind: 'Service', namespace, name };
}

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

export function workloadSubject({ kind, namespace, name }: Workload): Subject {
  return { kind, namespace, name };
}
