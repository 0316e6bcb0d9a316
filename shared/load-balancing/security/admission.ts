import { allOf, type Tristate, type SecurityGroup } from '../../model/index.ts';
import { representatives, type Clients } from './clients.ts';
import {
  isTo,
  passes,
  rulesForPort,
  type Concerned,
  type Flow,
  type InboundRule,
} from './inbound-rules.ts';

/** Do network security groups let clients in? */
export interface Admission {
  /** `yes` = some of them, `no` = none. */
  readonly answer: Tristate;
  /** For `no`: the rules that turn them away. */
  readonly deniedBy: readonly InboundRule[];
}

/**
 * Whether any of the clients may pass all groups of a node: that of its subnet and that of its NIC
 * each have to let a packet in.
 */
export function admission(
  groups: readonly SecurityGroup[],
  flow: Flow,
  clients: readonly Clients[],
): Admission {
  const relevant = groups.map((group) =>
    rulesForPort(group, flow)
      .map((inbound): Concerned => ({ inbound, to: isTo(inbound, flow.destination) }))
      .filter(({ to }) => to !== 'no'),
  );
  const all = relevant.flat().map(({ inbound }) => inbound);
  const { family } = flow.destination;
  const deniedBy = new Set<InboundRule>();
  let unsure = false;
  for (const each of clients)
    for (const source of representatives(each, family, all)) {
      const passed = relevant.map((rules) => passes(rules, source));
      const answer = allOf(passed.map((one) => one.answer));
      if (answer === 'yes') return { answer, deniedBy: [] };
      if (answer === 'unknown') unsure = true;
      const closed = passed.find((one) => one.answer === 'no')?.rule;
      if (closed !== undefined) deniedBy.add(closed);
    }
  return unsure ? { answer: 'unknown', deniedBy: [] } : { answer: 'no', deniedBy: [...deniedBy] };
}
