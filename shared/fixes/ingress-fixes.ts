import { kubectl, readOnlyFix, yaml } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Ready-made fixes around Ingresses, Gateways and their routes. Commands are shown, never run. */

interface NamedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `ingress`, `gateways.gateway.networking.k8s.io`: other APIs have a Gateway of their own. */
function resourceOf(kind: string): string {
  switch (kind) {
    case 'Ingress':
      return 'ingress';
    case 'Service':
      return 'service';
    default:
      return `${kind.toLowerCase()}s.gateway.networking.k8s.io`;
  }
}

function onObject(verb: string, { kind, namespace, name }: NamedObject): FixStep {
  return kubectl(`${verb} ${resourceOf(kind)} ${quoted(name)} -n ${quoted(namespace)}`);
}

/** Opens the object in an editor. */
export function editObject(object: NamedObject, title: string, price: readonly string[]): Fix {
  return { title, steps: [onObject('edit', object)], price };
}

/** Deletes the object. */
export function deleteObject(object: NamedObject, title: string, price: readonly string[]): Fix {
  return { title, steps: [onObject('delete', object)], price };
}

/** Shows the status and the events of an object; changes nothing. */
export function describeObject(object: NamedObject): Fix {
  return readOnlyFix(
    `Check the status and events of the ${object.kind}`,
    onObject('describe', object),
  );
}

/** For objects whose class nobody serves. */
export function lookAtClasses(): Fix {
  return readOnlyFix(
    'Check which classes the cluster has and which controllers serve them',
    kubectl('get ingressclasses,gatewayclasses.gateway.networking.k8s.io'),
  );
}

/** For a backend Service that has nobody to answer. */
export function lookAtBackend(namespace: string, service: string): Fix {
  const at = `-n ${quoted(namespace)}`;
  return readOnlyFix(
    'Check the endpoints of the backend Service',
    kubectl(`get endpointslices ${at} -l kubernetes.io/service-name=${quoted(service)}`),
    kubectl(`get pods ${at} -o wide`),
  );
}

/** A grant in the namespace that is referred to, for one object of it. */
export function grantReference(
  from: { readonly kind: string; readonly namespace: string },
  to: { readonly kind: string; readonly namespace: string; readonly name: string },
): Fix {
  return {
    title: `Grant the reference from namespace ${from.namespace}`,
    steps: [
      yaml(
        [
          'apiVersion: gateway.networking.k8s.io/v1beta1',
          'kind: ReferenceGrant',
          'metadata:',
          `  name: ${JSON.stringify(`from-${from.namespace}`)}`,
          `  namespace: ${JSON.stringify(to.namespace)}`,
          'spec:',
          '  from:',
          '    - group: gateway.networking.k8s.io',
          `      kind: ${JSON.stringify(from.kind)}`,
          `      namespace: ${JSON.stringify(from.namespace)}`,
          '  to:',
          "    - group: ''",
          `      kind: ${JSON.stringify(to.kind)}`,
          `      name: ${JSON.stringify(to.name)}`,
        ].join('\n'),
      ),
    ],
    price: [`every ${from.kind} of namespace ${from.namespace} can then refer to it`],
  };
}
