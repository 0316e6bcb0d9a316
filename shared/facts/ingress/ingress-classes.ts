import {
  controllerOf,
  routingClass,
  routingNamespace,
  type Controller,
} from '../../load-balancing/index.ts';
import {
  subjectText,
  type Ingress,
  type IngressClass,
  type LoadBalancerService,
  type Read,
  type ServiceName,
  type Tristate,
  type Workload,
} from '../../model/index.ts';
import type { Cluster } from '../derived.ts';
import { isRecent } from '../recent-changes.ts';
import {
  isManagedNginx,
  servicesAt,
  servicesByAddress,
  type ServicesByAddress,
} from './frontends.ts';
import type { EntryPoint, ApiRouting, UnservedCode } from './types.ts';

export interface ServedIngress {
  readonly ingress: Ingress;
  readonly entryPoint: EntryPoint;
}

interface ClassInputs {
  readonly cluster: Cluster;
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  readonly services: readonly LoadBalancerService[];
  readonly deployments: Read<readonly Workload[]>;
  readonly daemonSets: Read<readonly Workload[]>;
}

interface Classes extends Pick<ApiRouting, 'entryPoints' | 'unserved' | 'undecided'> {
  readonly served: readonly ServedIngress[];
}

/** Application Gateway's controller takes Ingresses that have its name as annotation; no object can have that name. */
const annotated: IngressClass = {
  name: 'azure/application-gateway',
  controller: 'azure/application-gateway',
};

/** Which class serves which Ingress, through which Services; and what nobody serves. */
export function ingressClassesServed(inputs: ClassInputs): Classes {
  const { cluster, services } = inputs;
  const classes = new Map([annotated, ...inputs.ingressClasses].map((each) => [each.name, each]));
  const addresses = servicesByAddress(services);
  const active = inputs.ingresses.filter(({ deleting }) => !deleting);
  const byClass = Map.groupBy(active, ({ className = '' }) => className);
  const served: ServedIngress[] = [];
  const unserved: ApiRouting['unserved'][number][] = [];
  const undecided: ApiRouting['undecided'][number][] = [];
  const entryPoints: EntryPoint[] = [];
  for (const [name, ingresses] of byClass) {
    const found = classes.get(name);
    const entryPoint = entryPointOf(name, found, ingresses, inputs, addresses);
    let used = false;
    for (const ingress of ingresses) {
      const verdict = judge(ingress, found, entryPoint, inputs, addresses);
      if (verdict.kind === 'unserved' && !isRecent(cluster, ingress.createdAt))
        unserved.push({
          subject: { kind: 'Ingress', namespace: ingress.namespace, name: ingress.name },
          code: verdict.code,
          by: name,
          hosts: [...new Set(ingress.rules.map(({ host }) => host))],
        });
      if (verdict.kind === 'undecided') undecided.push({ subject: ingress, why: verdict.why });
      if (verdict.kind === 'unserved') continue;
      served.push({ ingress, entryPoint });
      used = true;
    }
    if (used) entryPoints.push(entryPoint);
  }
  return {
    entryPoints: [...entryPoints, ...idleOnes(entryPoints, byClass, inputs, addresses)],
    served,
    unserved,
    undecided,
  };
}

/** An NGINX that runs is a way in, whether or not an Ingress is left; the classes of one are one way. */
function idleOnes(
  used: readonly EntryPoint[],
  byClass: ReadonlyMap<string, unknown>,
  inputs: ClassInputs,
  known: ServicesByAddress,
): readonly EntryPoint[] {
  const idle = inputs.ingressClasses
    .filter(
      ({ name, controller }) =>
        !byClass.has(name) && runs(controllerOf(controller), inputs) === 'yes',
    )
    .map((found) => entryPointOf(found.name, found, [], inputs, known));
  const taken = new Set(
    used.flatMap(({ controller, services }) =>
      controller.nginx === true ? ['', ...services.map(subjectText)] : [],
    ),
  );
  return idle.filter(({ services }) => {
    const names = services.length === 0 ? [''] : services.map(subjectText);
    const isNew = names.some((name) => !taken.has(name));
    for (const name of ['', ...names]) taken.add(name);
    return isNew;
  });
}

type ClassVerdict =
  | { readonly kind: 'served' }
  | { readonly kind: 'unserved'; readonly code: UnservedCode }
  | { readonly kind: 'undecided'; readonly why: string };

function judge(
  ingress: Ingress,
  found: IngressClass | undefined,
  { controller }: EntryPoint,
  inputs: ClassInputs,
  known: ServicesByAddress,
): ClassVerdict {
  const atService = ingress.addresses.some((address) => known.has(address));
  if (found === undefined) {
    const { className = '' } = ingress;
    const what = className === '' ? 'it has no class' : `class ${className} does not exist`;
    if (atService)
      return {
        kind: 'undecided',
        why: `${what}, but its status has the address of a Service: which controller serves it is not known`,
      };
    if (ingress.addresses.length > 0)
      return { kind: 'undecided', why: `${what}, but its status has an address` };
    // A controller may take the annotation by its own settings.
    if (className !== '' && ingress.classByAnnotation && runsNginx(inputs) !== 'no')
      return {
        kind: 'undecided',
        why: `its class ${className} is set only by annotation, which depends on the controller's settings`,
      };
    return {
      kind: 'unserved',
      code: className === '' ? 'no-class' : 'class-missing',
    };
  }
  if (controller.nginx === true) {
    const there = runs(controller, inputs);
    if (there === 'yes' || (there === 'unknown' && atService)) return { kind: 'served' };
    if (there === 'no' && !atService) return { kind: 'unserved', code: 'controller-missing' };
    return { kind: 'undecided', why: `whether ${controller.product} runs is not known` };
  }
  if (ingress.addresses.length > 0) return { kind: 'served' };
  return {
    kind: 'undecided',
    why: `its status has no address, and whether ${controller.product} serves it is not known`,
  };
}

/** Whether the NGINX of a class runs; `unknown` for every other controller. */
function runs({ nginx, managedNginx }: Controller, inputs: ClassInputs): Tristate {
  if (nginx !== true) return 'unknown';
  return managedNginx === true ? runsManaged(inputs) : runsNginx(inputs);
}

/** A managed NGINX and its Service have one name. */
function runsManaged({ deployments, services }: ClassInputs): Tristate {
  if (deployments.kind === 'unread') return 'unknown';
  const names = new Set(services.filter(isManagedNginx).map(({ name }) => name));
  const found = deployments.value.some(
    ({ namespace, name }) =>
      namespace === routingNamespace && (name.startsWith('nginx') || names.has(name)),
  );
  return found ? 'yes' : 'no';
}

function runsNginx({ deployments, daemonSets }: ClassInputs): Tristate {
  const lists = [deployments, daemonSets];
  const found = lists.some((list) => list.kind === 'read' && list.value.some(isNginx));
  if (found) return 'yes';
  return lists.every(({ kind }) => kind === 'read') ? 'no' : 'unknown';
}

function isNginx({ name, labels, podLabels }: Workload): boolean {
  return (
    [labels, podLabels].some((each) => each.get('app.kubernetes.io/name') === 'ingress-nginx') ||
    /ingress-nginx|nginx-ingress/u.test(name)
  );
}

function entryPointOf(
  name: string,
  found: IngressClass | undefined,
  ingresses: readonly Ingress[],
  { services }: ClassInputs,
  known: ServicesByAddress,
): EntryPoint {
  const controller = controllerOf(found?.controller ?? '');
  const addresses = [...new Set(ingresses.flatMap((each) => each.addresses))].toSorted();
  const byAddress = servicesAt(known, addresses);
  return {
    id: `IngressClass ${name}`,
    kind: 'IngressClass',
    name: name === '' ? '(none)' : name,
    controller,
    ...(found !== undefined && { instance: found.controller }),
    services: byAddress.length > 0 ? byAddress : byName(name, controller, services),
    addresses,
  };
}

/** Where statuses name no address: the add-on's own Service, or the only one that can be the controller's. */
function byName(
  className: string,
  { label, managedNginx }: Controller,
  services: readonly LoadBalancerService[],
): readonly ServiceName[] {
  const found = services.filter((service) =>
    managedNginx === true
      ? isManagedNginx(service) && (service.name === 'nginx') === (className === routingClass)
      : label !== undefined && service.labels.get('app.kubernetes.io/name') === label,
  );
  const [only] = found;
  return found.length === 1 && only !== undefined
    ? [{ namespace: only.namespace, name: only.name }]
    : [];
}
