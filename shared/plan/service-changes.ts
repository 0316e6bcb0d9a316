import type { LoadBalancerService } from '../model/index.ts';
import { mapChanges } from './fields.ts';

type Shown = string | number | boolean | undefined | readonly string[];
/** Fields that are shown as they are. */
type FieldKey = {
  [K in keyof LoadBalancerService]-?: LoadBalancerService[K] extends Shown ? K : never;
}[keyof LoadBalancerService];

/** What changes, field by field. */
export function serviceChanges(
  before: LoadBalancerService,
  after: LoadBalancerService,
): readonly string[] {
  const fieldOf = (key: FieldKey, title: string = key): readonly string[] =>
    fieldChange(title, before[key], after[key]);
  return [
    ...fieldOf('externalTrafficPolicy'),
    ...mapChanges('annotation', before.annotations, after.annotations),
    ...mapChanges('label', before.labels, after.labels),
    ...mapChanges('selector', before.selector ?? new Map(), after.selector ?? new Map()),
    ...fieldChange('ports', portList(before), portList(after)),
    ...nodePortChanges(before, after),
    ...fieldOf('healthCheckNodePort'),
    ...fieldOf('ipFamilies'),
    ...fieldOf('sessionAffinity'),
    ...fieldOf('publishNotReadyAddresses'),
    ...fieldOf('allocateLoadBalancerNodePorts'),
    ...fieldOf('loadBalancerIp', 'loadBalancerIP'),
    ...fieldOf('loadBalancerClass'),
    ...fieldOf('loadBalancerSourceRanges'),
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
