import type { LabelSelector } from './scheduling.ts';

/** Ingress as the API gives it. Optional = the object does not say. */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  /** `spec.ingressClassName`, else the annotation `kubernetes.io/ingress.class`. */
  readonly className?: string;
  /** The class is named by the annotation, which asks for no IngressClass object. */
  readonly classByAnnotation: boolean;
  /** Of NGINX's own prefix, those that decide where a request goes. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly defaultBackend?: IngressBackend;
  readonly rules: readonly IngressRule[];
  /** Addresses and names of `status.loadBalancer.ingress`. */
  readonly addresses: readonly string[];
  readonly createdAt?: string;
  readonly deleting: boolean;
}

export interface IngressRule {
  /** Lower-cased; `''` = every host. */
  readonly host: string;
  readonly paths: readonly IngressPath[];
}

export interface IngressPath {
  readonly path: string;
  /** `Exact`, `Prefix` or `ImplementationSpecific`. */
  readonly pathType: string;
  readonly backend: IngressBackend;
}

/** A Service port by number or by name, or an object that only its controller understands. */
export type IngressBackend =
  | { readonly kind: 'service'; readonly name: string; readonly port: number | string | undefined }
  /** A field of it has the wrong type: where it leads is not known. */
  | { readonly kind: 'unread' }
  | { readonly kind: 'resource'; readonly resource: string; readonly name: string };

export interface IngressClass {
  readonly name: string;
  readonly controller: string;
}

/** A Service that no load balancer of Azure stands in front of. */
export interface ClusterIpService {
  readonly namespace: string;
  readonly name: string;
  /** `ClusterIP`; others only where a route names one. */
  readonly type: string;
  readonly headless: boolean;
  /** `undefined` = no selector: endpoints are managed by somebody else. */
  readonly selector: ReadonlyMap<string, string> | undefined;
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: string;
  }[];
  /** `Cluster` when absent. */
  readonly internalTrafficPolicy: string;
  /** `spec.trafficDistribution`, else Istio's annotation for the same. */
  readonly trafficDistribution?: string;
  readonly createdAt?: string;
  readonly deleting: boolean;
}

export interface Condition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** The generation of the object that it is about; absent = not said. */
  readonly observedGeneration?: number;
}

export interface GatewayClass {
  readonly name: string;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  /** `metadata.generation`: counts the changes of its spec. */
  readonly generation?: number;
  readonly className: string;
  readonly listeners: readonly GatewayListener[];
  /** `status.addresses[].value`. */
  readonly addresses: readonly string[];
  /** `spec.addresses[].value`: names a Service where the gateway's pods are deployed by hand. */
  readonly wantedAddresses: readonly string[];
  readonly conditions: readonly Condition[];
  readonly createdAt?: string;
  readonly deleting: boolean;
}

export interface GatewayListener {
  readonly name: string;
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or a name of the controller's own. */
  readonly protocol: string;
  /** Lower-cased; absent = every host. */
  readonly hostname?: string;
  /** `Same` when absent. */
  readonly namespacesFrom: string;
  readonly namespaceSelector?: LabelSelector;
  /** Kinds of routes that it takes; empty = those of its protocol. */
  readonly kinds: readonly { readonly group: string; readonly kind: string }[];
  readonly certificates: readonly ObjectReference[];
  readonly conditions: readonly Condition[];
}

/** A reference to another object; `namespace` absent = that of the object that refers. */
export interface ObjectReference {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** It has no name, or a field of the wrong type: where it leads is not known. */
  readonly unread?: true;
}

export type RouteKind = 'HTTPRoute' | 'GRPCRoute';

/** HTTPRoute or GRPCRoute. */
export interface GatewayRoute {
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly name: string;
  readonly generation?: number;
  readonly parents: readonly ParentReference[];
  /** Lower-cased; empty = those of the listener. */
  readonly hostnames: readonly string[];
  readonly rules: readonly GatewayRouteRule[];
  readonly parentStatuses: readonly ParentStatus[];
  readonly createdAt?: string;
  readonly deleting: boolean;
}

/** A Gateway, or a Service of a mesh; `kind` `Gateway` when absent. */
export interface ParentReference extends ObjectReference {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface ParentStatus {
  readonly parent: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface GatewayRouteRule {
  /** At least one: what the API takes for a rule without matches stands here. */
  readonly matches: readonly RouteMatch[];
  readonly backends: readonly RouteBackend[];
  /** Answers by itself (`RequestRedirect`), so that no backend is asked. */
  readonly redirects: boolean;
  /** Has a filter that only its controller understands (`ExtensionRef`), which may answer too. */
  readonly mayAnswer?: true;
}

export interface RouteBackend extends ObjectReference {
  readonly port?: number;
  /** 1 when absent; 0 = takes no requests. */
  readonly weight: number;
}

/** What a request must have; HTTPRoute and GRPCRoute alike (a method of gRPC is a path). */
export interface RouteMatch {
  readonly path: PathMatch;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
}

export interface PathMatch {
  /** `Exact`, `PathPrefix` or `RegularExpression`. */
  readonly type: string;
  readonly value: string;
}

export interface ValueMatch {
  /** Header names are lower-cased. */
  readonly name: string;
  /** `Exact` or `RegularExpression`. */
  readonly type: string;
  readonly value: string;
}

export interface ReferenceGrant {
  readonly namespace: string;
  readonly name: string;
  readonly from: readonly {
    readonly group: string;
    readonly kind: string;
    readonly namespace: string;
  }[];
  /** `name` absent = every object of the kind. */
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
}
