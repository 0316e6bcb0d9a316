import type { Controller } from '../../load-balancing/index.ts';
import type { RouteKind, ServiceName, Tristate } from '../../model/index.ts';

/** What routes requests: its kind, name and age. */
export interface RouteName {
  readonly kind: 'Ingress' | RouteKind;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt?: string;
}

/** A class of Ingresses, or a Gateway: the routes that share it share its frontend. */
export interface EntryPoint {
  /** `IngressClass nginx`, `Gateway shop/web`. */
  readonly id: string;
  readonly kind: 'IngressClass' | 'Gateway';
  readonly namespace?: string;
  readonly name: string;
  readonly controller: Controller;
  /** The controller's own name, by which it finds its classes. */
  readonly instance?: string;
  /** LoadBalancer Services in front of it; empty where none of the cluster's is known to be. */
  readonly services: readonly ServiceName[];
  /** Addresses and names that its objects' statuses give. */
  readonly addresses: readonly string[];
  /** Why it serves no request at all; absent = nothing says that. */
  readonly unserved?: UnservedCode;
}

/** One host and path that a route claims at an entry point. */
export interface HostRoute {
  readonly source: RouteName;
  readonly entryPoint: string;
  /** What compares the claims: a Gateway's listener, or the controller of one class or more. */
  readonly server: string;
  /** `''` = every host. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** What else a request must have: `method GET, header version`; absent = nothing. */
  readonly also?: string;
  /** Equal for claims to the same requests. */
  readonly key: string;
  /** Answers by itself: a redirect. */
  readonly redirects: boolean;
  /** A filter of the controller's own may answer in place of backends. */
  readonly mayAnswer?: true;
  /** An older route has all of its requests. */
  readonly shadowed?: true;
  /** Stands beside another route and takes a part of its requests (ingress-nginx). */
  readonly canary?: Canary;
  /** The canary that takes a part of this route's requests. */
  readonly alternative?: Alternative;
  readonly targets: readonly RouteTarget[];
}

/** `takes` = its part; `second` = nothing, as an older canary is there; `alone` = nothing, as there is no route beside it. */
export type Canary =
  { readonly kind: 'takes' | 'alone' } | { readonly kind: 'second'; readonly oldest: RouteName };

export interface Alternative {
  readonly target: RouteTarget;
  /** Of the requests, 0 to 1; `undefined` = depends on what clients send. */
  readonly takes: number | undefined;
}

/** Whether requests reach a route under its own name: no older one has them, and it is no canary of another. */
export function takesRequests({
  shadowed,
  canary,
}: Pick<HostRoute, 'shadowed' | 'canary'>): boolean {
  return shadowed === undefined && canary === undefined;
}

/** A backend of a route. */
export interface RouteTarget {
  /** `Service`, or what only its controller understands. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string | undefined;
  /** The reference cannot be read: where it leads is not known. */
  readonly unread?: true;
  /** Of the requests that the route takes, 0 to 1; `undefined` = depends on what clients send. */
  readonly part: number | undefined;
  /** Whether a reference into another namespace is granted. */
  readonly permitted: Tristate;
  /** How its endpoints share the requests. */
  readonly spreads: 'endpoints' | 'unknown';
}

/** An object that nobody serves, or part of it, and why. */
export interface Unserved {
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly code: UnservedCode;
  /** What its class or parent is called. */
  readonly by: string;
  /** Said by a controller in the object's status, in its own words. */
  readonly message?: string;
  /** Hosts that nobody gets there for it; `''` = every host. */
  readonly hosts: readonly string[];
  /** Other objects serve these hosts, so that no request fails for it. */
  readonly harmless?: boolean;
}

export type UnservedCode =
  | 'class-missing'
  | 'no-class'
  | 'canary-alone'
  | 'controller-missing'
  | 'class-not-accepted'
  | 'not-accepted'
  | 'not-programmed'
  | 'listener-not-programmed'
  | 'parent-missing'
  | 'not-attached';

/** What the objects of one API amount to. */
export interface ApiRouting {
  readonly entryPoints: readonly EntryPoint[];
  readonly routes: readonly HostRoute[];
  readonly unserved: readonly Unserved[];
  /** References that lead nowhere or are not granted, as far as statuses say so. */
  readonly unresolved: readonly UnresolvedReferences[];
  /** Certificates that listeners take from other namespaces. */
  readonly certificates: readonly CertificateReference[];
  /** Objects of which it is not known whether somebody serves them. */
  readonly undecided: readonly {
    readonly subject: { readonly namespace: string; readonly name: string };
    readonly why: string;
  }[];
}

/** A Secret of another namespace, and whether a ReferenceGrant permits it. */
export interface CertificateReference {
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly listener: string;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly permitted: Tristate;
}

/** A condition `ResolvedRefs` that is false. */
export interface UnresolvedReferences {
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly reason: string;
  readonly message: string;
  /** Of a Gateway: the listener concerned. */
  readonly listener?: string;
}
