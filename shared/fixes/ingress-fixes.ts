import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Ready-made fixes around Ingresses, Gateways and their routes. Commands are shown, never run. */

interface ObjectName {
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

function kubectl(verb: string, { kind, namespace, name }: ObjectName): FixStep {
  return {
    tool: 'kubectl',
    text: `kubectl ${verb} ${resourceOf(kind)} ${quoted(name)} -n ${quoted(namespace)}`,
  };
}

export function editObject(object: ObjectName, title: string, price: readonly string[]): Fix {
  return { title, steps: [kubectl('edit', object)], price };
}

export function deleteObject(object: ObjectName, title: string, price: readonly string[]): Fix {
  return { title, steps: [kubectl('delete', object)], price };
}

/** Shows the status and the events of an object; changes nothing. */
export function describeObject(object: ObjectName): Fix {
  return {
    title: `Check the status and events of the ${object.kind}`,
    steps: [kubectl('describe', object)],
    price: ['none (read-only)'],
  };
}

export function lookAtClasses(): Fix {
  return {
    title: 'Check which classes the cluster has and which controllers serve them',
    steps: [
      {
        tool: 'kubectl',
        text: 'kubectl get ingressclasses,gatewayclasses.gateway.networking.k8s.io',
      },
    ],
    price: ['none (read-only)'],
  };
}

export function lookAtBackend(namespace: string, service: string): Fix {
  return {
    title: 'Check the endpoints of the backend Service',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl get endpointslices -n ${quoted(namespace)} -l kubernetes.io/service-name=${quoted(service)}`,
      },
      { tool: 'kubectl', text: `kubectl get pods -n ${quoted(namespace)} -o wide` },
    ],
    price: ['none (read-only)'],
  };
}

/** A grant in the namespace that is referred to, for one object of it. */
export function grantReference(
  from: { readonly kind: string; readonly namespace: string },
  to: { readonly kind: string; readonly namespace: string; readonly name: string },
): Fix {
  return {
    title: `Grant the reference from namespace ${from.namespace}`,
    steps: [
      {
        tool: 'yaml',
        text: [
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
      },
    ],
    price: [`every ${from.kind} of namespace ${from.namespace} can then refer to it`],
  };
}
