import { hostNames, hostsText } from '../fixes/text.ts';
import { counted, listed, subjectText, type ServiceName } from '../model/index.ts';
import type { ServiceHosts } from '../traffic/index.ts';
import type { Fault } from './rule.ts';

/** The fault of a Service with the hosts and workloads that suffer, where it is an ingress or a gateway. */
export function withHosts(
  hosts: ReadonlyMap<string, ServiceHosts>,
  service: ServiceName,
  fault: Fault,
): Fault {
  const behind = hosts.get(subjectText(service));
  if (behind === undefined) return fault;
  const { hosts: names, workloads } = behind;
  return {
    ...fault,
    message: `${fault.message} It serves ${counted(names.length, 'host')}: ${hostsText(names, 5)}${workloads.length === 0 ? '' : `, for ${counted(workloads.length, 'workload')} (${listed(workloads, 3)})`}.`,
    evidence: {
      ...fault.evidence,
      hostCount: names.length,
      hosts: hostNames(names),
      workloads: workloads,
    },
  };
}
