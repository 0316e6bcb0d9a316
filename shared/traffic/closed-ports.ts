import {
  admission,
  groupsNotRead,
  type Admission,
  type InboundRule,
  type NetworkPlace,
} from '../load-balancing/index.ts';
import type { Node, Reason, SecurityGroup } from '../model/index.ts';
import type { GuardedPort, GuardedService } from './guarded-ports.ts';
import type { NodeClass, WantedFlow } from '../facts/index.ts';

/** A port with backends whose network security groups let none of the wanted packets in. */
export interface ClosedPort {
  readonly guarded: GuardedPort;
  readonly wanted: WantedFlow;
  readonly closed: readonly Node[];
  /** All that are to take its connections. */
  readonly backends: number;
  readonly deniedBy: readonly InboundRule[];
  /** Nothing lets them in, also if nobody's own rule denied it. */
  readonly unopened: boolean;
}

interface JudgedBackends {
  readonly closed: readonly ClosedPort[];
  /** Why it cannot be told of some backend. */
  readonly unknown: readonly Reason[];
}

/** @param wantedFor What is to get through to a backend; `undefined` = nothing has to. */
export function closedPorts(
  { ports }: GuardedService,
  wantedFor: (port: GuardedPort, backend: NodeClass) => WantedFlow | undefined,
): JudgedBackends {
  const closed: ClosedPort[] = [];
  const unknown: Reason[] = [];
  for (const guarded of ports) {
    if (guarded.unresolved !== undefined) unknown.push(guarded.unresolved);
    const nodes: Node[] = [];
    const deniedBy = new Set<InboundRule>();
    let wanted: WantedFlow | undefined;
    let unopened = false;
    const admit = admissions();
    for (const [backend, members] of guarded.receivers) {
      const each = wantedFor(guarded, backend);
      if (each === undefined) continue;
      const admitted = admit(backend, each);
      if (backend.groups.length > 0 && admitted.answer === 'no') {
        wanted ??= each;
        unopened ||= isUnopened(backend.groups, each);
        nodes.push(...members);
        for (const rule of admitted.deniedBy) deniedBy.add(rule);
        continue;
      }
      const why = whyUnknown(backend, admitted.answer === 'yes');
      if (why !== undefined) unknown.push(why);
    }
    if (wanted !== undefined)
      closed.push({
        guarded,
        wanted,
        closed: nodes,
        backends: [...guarded.receivers.values()].reduce((sum, each) => sum + each.length, 0),
        deniedBy: [...deniedBy],
        unopened,
      });
  }
  return { closed, unknown };
}

/**
 * Ports of which a Service names its clients one by one, and all backends are closed to some of these.
 * `wanted` is what those alone send. Clients of the Internet as a whole may be narrowed on purpose.
 */
export function narrowedPorts(
  { ports }: GuardedService,
  wantedFor: (port: GuardedPort, backend: NodeClass) => WantedFlow | undefined,
): readonly ClosedPort[] {
  return ports.flatMap((guarded) => narrowedBy(guarded, wantedFor) ?? []);
}

function narrowedBy(
  guarded: GuardedPort,
  wantedFor: (port: GuardedPort, backend: NodeClass) => WantedFlow | undefined,
): ClosedPort | undefined {
  const { receivers } = guarded;
  const wanted = [...receivers.keys()].map((backend) => wantedFor(guarded, backend));
  const [first] = wanted;
  const named = (first?.clients ?? []).filter(({ kind }) => kind === 'range' || kind === 'tag');
  if (first === undefined || first.clients.length < 2) return undefined;
  const deniedBy = new Set<InboundRule>();
  const blocked = named.filter((client) => {
    const answers = [...receivers.keys()].map(({ groups }, index) => {
      const flow = wanted[index]?.flow;
      return groups.length === 0 || flow === undefined
        ? undefined
        : admission(groups, flow, [client]);
    });
    const isClosed = answers.every((each) => each?.answer === 'no');
    if (isClosed) for (const each of answers) each?.deniedBy.forEach((rule) => deniedBy.add(rule));
    return isClosed;
  });
  if (blocked.length === 0) return undefined;
  const nodes = [...receivers.values()].flat();
  const flow = { ...first, clients: blocked };
  const groups = [...receivers.keys()].map((each) => each.groups);
  return {
    guarded,
    wanted: flow,
    closed: nodes,
    backends: nodes.length,
    deniedBy: [...deniedBy],
    unopened: groups.some((each) => isUnopened(each, flow)),
  };
}

/** Is there no rule that lets the wanted packets in, for any of the ports? */
export function anyUnopened(closed: readonly ClosedPort[]): boolean {
  return closed.some(({ unopened }) => unopened);
}

/** Would they be turned away without the rules of persons that deny? */
function isUnopened(groups: readonly SecurityGroup[], { flow, clients }: WantedFlow): boolean {
  const open = groups.map((group) => ({
    ...group,
    rules: group.rules.filter((rule) => rule.allow || !rule.inbound),
  }));
  return admission(open, flow, clients).answer === 'no';
}

/** With a floating IP nodes behind the same groups are one destination: judged once. */
function admissions(): (backend: NodeClass, wanted: WantedFlow) => Admission {
  const known = new Map<string, { readonly to: NetworkPlace; readonly admitted: Admission }>();
  return ({ guard, groups }, { flow, clients }) => {
    const before = known.get(guard);
    if (before?.to === flow.destination) return before.admitted;
    const admitted = admission(groups, flow, clients);
    known.set(guard, { to: flow.destination, admitted });
    return admitted;
  };
}

function whyUnknown(backend: NodeClass, open: boolean): Reason | undefined {
  const why = groupsNotRead(backend);
  if (why !== undefined || open) return why;
  return {
    why: `${backend.groups.map(({ name }) => name).join(' and ')} depends on service tags, application security groups or addresses whose members are not known`,
  };
}
