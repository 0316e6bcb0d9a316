import type { LoadBalancerService } from '../model/index.ts';
import { mapChanges } from './fields.ts';

type Shown = string | number | boolean | undefined | readonly string[];

/** What changes, field by field. */
export function serviceChanges(
  before: LoadBalancerService,
  after: LoadBalancerService,
): readonly string[] {
  return [
    ...fieldChange(
      'externalTrafficPolicy',
      before.externalTrafficPolicy,
      after.externalTrafficPolicy,
    ),
    ...mapChanges('annotation', before.annotations, after.annotations),
    ...mapChanges('label', before.labels, after.labels),
    ...mapChanges('selector', before.selector ?? new Map(), after.selector ?? new Map()),
    ...fieldChange('ports', portList(before), portList(after)),
    ...nodePortChanges(before, after),
    ...fieldChange('healthCheckNodePort', before.healthCheckNodePort, after.healthCheckNodePort),
    ...fieldChange('ipFamilies', before.ipFamilies, after.ipFamilies),
    ...fieldChange('sessionAffinity', before.sessionAffinity, after.sessionAffinity),
    ...fieldChange(
      'publishNotReadyAddresses',
      before.publishNotReadyAddresses,
      after.publishNotReadyAddresses,
    ),
    ...fieldChange(
      'allocateLoadBalancerNodePorts',
      before.allocateLoadBalancerNodePorts,
      after.allocateLoadBalancerNodePorts,
    ),
    ...fieldChange('loadBalancerIP', before.loadBalancerIp, after.loadBalancerIp),
    ...fieldChange('loadBalancerClass', before.loadBalancerClass, after.loadBalancerClass),
    ...fieldChange(
      'loadBalancerSourceRanges',
      before.loadBalancerSourceRanges,
      after.loadBalancerSourceRanges,
    ),
  ];
}

function shown(value: Shown): string {
  if (value === undefined || value === '') return '(none)';
  return typeof value === 'object' ? value.join(', ') || '(none)' : String(value);
}

function portList({ ports }: LoadBalancerService): string {
  return ports
    .map(({ port, protocol, name }) => `${name === '' ? '' : `${name} `}${port}/${protocol}`)
    .join(', ');
}

function nodePortChanges(before: LoadBalancerService, after: LoadBalancerService) {
  return after.ports.flatMap(({ port, protocol, nodePort }) => {
    const old = before.ports.find((each) => each.port === port && each.protocol === protocol);
    return old?.nodePort === undefined || old.nodePort === nodePort
      ? []
      : [`nodePort of ${port}/${protocol}: ${old.nodePort} → ${String(nodePort)}`];
  });
}

function fieldChange(title: string, a: Shown, b: Shown): readonly string[] {
  return shown(a) === shown(b) ? [] : [`${title}: ${shown(a)} → ${shown(b)}`];
}
